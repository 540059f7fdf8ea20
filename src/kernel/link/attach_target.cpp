// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/attach_target.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "kernel/cgroup.h"
#include "kernel/link/link_info.h"
#include "kernel/link/link_layout.h"
#include "kernel/link/tracepoint.h"
#include "kernel/prog_query.h"

namespace bpfmaps::kernel {
namespace {

std::uint64_t inode_of(const Fd& fd) {
  struct stat status {};
  return fstat(fd.get(), &status) == 0 ? status.st_ino : 0;
}

bool says(const Facts& all, const Facts& wanted) {
  return std::ranges::all_of(
      wanted, [&all](const Fact& fact) { return std::ranges::count(all, fact) != 0; });
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
  target.fd = TRY(open_tracepoint(name));
  target.link_type = BPF_LINK_TYPE_PERF_EVENT;
  target.facts = {{"tracepoint", name.substr(name.find('/') + 1)}};
  return target;
}

Result<std::vector<Link>> links_at(const AttachTarget& target, const Prog& prog) {
  std::vector<Link> links;
  TRY(for_each_link([&](Link link) {
    if (link.info().prog_id != prog.info().id) return;
    if (target.link_type != 0 && link.info().type != target.link_type) return;
    if (says(link_facts(link), target.facts)) links.push_back(std::move(link));
  }));
  return links;
}

std::vector<std::uint32_t> programs_at(const AttachTarget& target) {
  std::vector<std::uint32_t> ids;
  if (target.hook.of > Hook::Of::sockets) return ids;
  if (target.hook.attach_type == BPF_XDP) {
    if (const auto attached = xdp_attached(target.interface))
      for (const XdpAttached& one : *attached) ids.push_back(one.prog_id);
    return ids;
  }
  if (const auto queried = query_progs(target.target(), target.hook.attach_type))
    for (const QueriedProg& prog : queried->progs) ids.push_back(prog.id);
  return ids;
}

}  // namespace bpfmaps::kernel
