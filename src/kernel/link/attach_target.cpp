// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/attach_target.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <variant>

#include "kernel/cgroup.h"
#include "kernel/link/link_info.h"
#include "kernel/link/link_layout.h"
#include "kernel/link/netfilter.h"
#include "kernel/link/prog_query.h"
#include "kernel/link/tracepoint.h"

namespace bpfmaps::kernel {
namespace {

std::uint64_t inode_of(const Fd& fd) {
  struct stat status {};
  return fstat(fd.get(), &status) == 0 ? status.st_ino : 0;
}

/// Whether the link says all that is `wanted`.
Result<bool> tells(const Link& link, const Facts& wanted) {
  const Facts all = TRY(link_facts(link));
  for (const Fact& fact : wanted) {
    const auto same = std::ranges::find(all, fact.name, &Fact::name);
    if (same == all.end()) return false;
    if (const auto* why = std::get_if<Untold>(&same->value))
      return fail(Error::refused(Kind::incomplete, "find a link",
                                 "link id " + std::to_string(link.info().id),
                                 "its " + std::string(fact.name) + " is not known: " + why->why));
    if (*same != fact) return false;
  }
  return true;
}

std::uint32_t tc_parent_of(const Hook& hook) {
  return hook.name == "tc_egress" ? kTcEgress : kTcIngress;
}

}  // namespace

Result<AttachTarget> target_on_interface(const Hook& hook, const std::string& name) {
  AttachTarget target{.hook = hook, .where = name};
  target.interface = TRY(interface_named(name));
  // With the name, since interfaces of other network namespaces have the same numbers.
  target.facts = {{"ifindex", target.interface.index}, {"devname", name}};
  target.link_type = BPF_LINK_TYPE_XDP;
  if (hook.attach_type == BPF_XDP) return target;
  target.facts.push_back({"attach_type", hook.name});
  target.link_type = hook.name.starts_with("tcx") ? kLinkTcx : kLinkNetkit;
  return target;
}

Result<AttachTarget> target_in_cgroup(const Hook& hook, const std::string& path) {
  AttachTarget target{.hook = hook, .where = path};
  target.fd = TRY(open_cgroup(path));
  target.link_type = BPF_LINK_TYPE_CGROUP;
  target.facts = {{"cgroup_id", __u64{inode_of(target.fd)}}, {"attach_type", hook.name}};
  return target;
}

Result<AttachTarget> target_in_network(const Hook& hook) {
  const std::string path = "/proc/self/ns/net";
  AttachTarget target{.hook = hook, .where = "this network namespace"};
  target.fd.reset(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int code = errno;
  if (!target.fd) return fail(Error::from_errno(code, "open the network namespace", path));
  target.link_type = BPF_LINK_TYPE_NETNS;
  target.facts = {{"netns_ino", static_cast<__u32>(inode_of(target.fd))},
                  {"attach_type", hook.name}};
  return target;
}

Result<AttachTarget> target_on_sockets(const Hook& hook, const Map& map) {
  AttachTarget target{.hook = hook, .where = "map " + std::to_string(map.info().id)};
  target.fd.reset(fcntl(map.fd(), F_DUPFD_CLOEXEC, 3));
  const int code = errno;
  if (!target.fd) return fail(Error::from_errno(code, "open map", target.where));
  target.link_type = kLinkSockmap;
  target.facts = {{"map_id", map.info().id}, {"attach_type", hook.name}};
  return target;
}

Result<AttachTarget> target_at_event(const Hook& hook, const std::string& name) {
  AttachTarget target{.hook = hook, .where = name};
  if (hook.of == Hook::Of::raw_tracepoint) {
    target.link_type = BPF_LINK_TYPE_RAW_TRACEPOINT;
    target.facts = {{"tp_name", name}};
    return target;
  }
  target.events.push_back(TRY(open_tracepoint(name)));
  target.link_type = BPF_LINK_TYPE_PERF_EVENT;
  target.facts = {{"tracepoint", name.substr(name.find('/') + 1)}};
  return target;
}

Result<AttachTarget> target_on_tc(const Hook& hook, const std::string& name, std::uint32_t pref,
                                  std::uint32_t handle) {
  AttachTarget target{.hook = hook, .where = name};
  target.interface = TRY(interface_named(name));
  target.tc = {pref, handle};
  return target;
}

AttachTarget target_in_netfilter(const Hook& hook, std::uint32_t pf, std::uint32_t number,
                                 std::int32_t priority) {
  AttachTarget target{.hook = hook};
  target.where = netfilter_family_name(pf) + " " + netfilter_hook_name(number);
  target.netfilter = {pf, number, priority};
  target.link_type = kLinkNetfilter;
  target.facts = {{"pf", pf}, {"hook", number}, {"prio", priority}};
  return target;
}

Result<AttachTarget> target_at_kprobe(const Hook& hook, const std::string& function,
                                      std::uint64_t offset) {
  AttachTarget target{.hook = hook, .where = function};
  target.events.push_back(TRY(open_kprobe(function, offset, hook.on_return)));
  target.link_type = BPF_LINK_TYPE_PERF_EVENT;
  target.facts = {
      {"retprobe", hook.on_return}, {"func", function}, {"offset", static_cast<__u32>(offset)}};
  return target;
}

Result<AttachTarget> target_at_uprobe(const Hook& hook, const std::string& path,
                                      std::uint64_t offset) {
  AttachTarget target{.hook = hook, .where = path};
  target.events.push_back(TRY(open_uprobe(path, offset, hook.on_return)));
  target.link_type = BPF_LINK_TYPE_PERF_EVENT;
  target.facts = {
      {"retprobe", hook.on_return}, {"file", path}, {"offset", static_cast<__u32>(offset)}};
  return target;
}

Result<AttachTarget> target_at_perf_event(const Hook& hook, const std::string& name,
                                          Sampling sampling) {
  const auto event = perf_event_named(name);
  if (!event)
    return fail(Error::refused(Kind::not_found, "find a perf event", name,
                               "there is none of that name",
                               "cpu-clock, page-faults, cpu-cycles, ..., or TYPE:CONFIG as two "
                               "numbers"));
  AttachTarget target{.hook = hook, .where = name};
  target.events = TRY(open_perf_events(*event, sampling, name));
  target.link_type = BPF_LINK_TYPE_PERF_EVENT;
  // A name has no colon. The kernel may count what has one by another type than was asked for.
  if (name.find(':') == name.npos)
    target.facts = {{"event_config", name}};
  else
    target.facts = {{"event_type_id", event->type}, {"event_config_id", __u64{event->config}}};
  return target;
}

Result<std::vector<Link>> links_at(const AttachTarget& target, const Prog& prog) {
  std::vector<Link> links;
  Status told;  // a link that does not tell where it is may be the one
  TRY(for_each_link([&](Link link) {
    if (link.info().prog_id != prog.info().id) return;
    if (target.link_type != 0 && link.info().type != target.link_type) return;
    const auto here = tells(link, target.facts);
    if (!here)
      told = fail(here.error());
    else if (*here)
      links.push_back(std::move(link));
  }));
  TRY(std::move(told));
  return links;
}

Result<std::vector<TcFilter>> filters_at(const AttachTarget& target) {
  auto filters = TRY(tc_filters_at(target.interface, tc_parent_of(target.hook)));
  std::erase_if(filters, [&tc = target.tc](const TcFilter& one) {
    return (tc.pref != 0 && one.pref != tc.pref) || (tc.handle != 0 && one.handle != tc.handle);
  });
  return filters;
}

Result<std::vector<std::uint32_t>> programs_at(const AttachTarget& target) {
  std::vector<std::uint32_t> ids;
  if (target.hook.of == Hook::Of::tc) {
    for (const TcFilter& one : TRY(filters_at(target))) ids.push_back(one.prog_id);
    return ids;
  }
  if (target.hook.of > Hook::Of::sockets) return ids;
  if (target.hook.attach_type == BPF_XDP) {
    for (const XdpAttached& one : TRY(xdp_attached(target.interface))) ids.push_back(one.prog_id);
    return ids;
  }
  for (const QueriedProg& prog : TRY(query_progs(target.target(), target.hook.attach_type)).progs)
    ids.push_back(prog.id);
  return ids;
}

}  // namespace bpfmaps::kernel
