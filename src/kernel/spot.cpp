// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/spot.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "kernel/cgroup.h"
#include "kernel/link_info.h"
#include "kernel/link_layout.h"
#include "kernel/prog_query.h"
#include "kernel/tracepoint.h"

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

Result<Spot> spot_on_interface(const Hook& hook, const std::string& name) {
  Spot spot{.hook = hook, .where = name};
  spot.interface = TRY(interface_named(name));
  // With the name, since interfaces of other network namespaces have the same numbers.
  spot.facts = {{"ifindex", spot.interface.index}, {"devname", name}};
  spot.link_type = BPF_LINK_TYPE_XDP;
  if (hook.attach_type == BPF_XDP) return spot;
  spot.facts.push_back({"attach_type", hook.name});
  spot.link_type = hook.name.starts_with("tcx") ? kLinkTcx : kLinkNetkit;
  return spot;
}

Result<Spot> spot_in_cgroup(const Hook& hook, const std::string& path) {
  Spot spot{.hook = hook, .where = path};
  spot.fd = TRY(open_cgroup(path));
  spot.link_type = BPF_LINK_TYPE_CGROUP;
  spot.facts = {{"cgroup_id", __u64{inode_of(spot.fd)}}, {"attach_type", hook.name}};
  return spot;
}

Result<Spot> spot_in_network(const Hook& hook) {
  const std::string path = "/proc/self/ns/net";
  Spot spot{.hook = hook, .where = "this network namespace"};
  spot.fd.reset(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int code = errno;
  if (!spot.fd) return fail(Error::from_errno(code, "open the network namespace", path));
  spot.link_type = BPF_LINK_TYPE_NETNS;
  spot.facts = {{"netns_ino", static_cast<__u32>(inode_of(spot.fd))}, {"attach_type", hook.name}};
  return spot;
}

Result<Spot> spot_on_sockets(const Hook& hook, const Map& map) {
  Spot spot{.hook = hook, .where = "map " + std::to_string(map.info().id)};
  spot.fd.reset(fcntl(map.fd(), F_DUPFD_CLOEXEC, 3));
  const int code = errno;
  if (!spot.fd) return fail(Error::from_errno(code, "open map", spot.where));
  spot.link_type = kLinkSockmap;
  spot.facts = {{"map_id", map.info().id}, {"attach_type", hook.name}};
  return spot;
}

Result<Spot> spot_at_event(const Hook& hook, const std::string& name) {
  Spot spot{.hook = hook, .where = name};
  if (hook.of == Hook::Of::raw_tracepoint) {
    spot.link_type = BPF_LINK_TYPE_RAW_TRACEPOINT;
    spot.facts = {{"tp_name", name}};
    return spot;
  }
  spot.fd = TRY(open_tracepoint(name));
  spot.link_type = BPF_LINK_TYPE_PERF_EVENT;
  spot.facts = {{"tracepoint", name.substr(name.find('/') + 1)}};
  return spot;
}

Result<std::vector<Link>> links_at(const Spot& spot, const Prog& prog) {
  std::vector<Link> links;
  TRY(for_each_link([&](Link link) {
    if (link.info().prog_id != prog.info().id) return;
    if (spot.link_type != 0 && link.info().type != spot.link_type) return;
    if (says(link_facts(link), spot.facts)) links.push_back(std::move(link));
  }));
  return links;
}

std::vector<std::uint32_t> programs_at(const Spot& spot) {
  std::vector<std::uint32_t> ids;
  if (spot.hook.of > Hook::Of::sockets) return ids;
  if (spot.hook.attach_type == BPF_XDP) {
    if (const auto attached = xdp_attached(spot.interface))
      for (const XdpAttached& one : *attached) ids.push_back(one.prog_id);
    return ids;
  }
  if (const auto queried = query_progs(spot.target(), spot.hook.attach_type))
    for (const QueriedProg& prog : queried->progs) ids.push_back(prog.id);
  return ids;
}

}  // namespace bpfmaps::kernel
