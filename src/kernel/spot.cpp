// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/spot.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/number.h"
#include "base/text.h"
#include "kernel/cgroup.h"
#include "kernel/link_info.h"
#include "kernel/link_layout.h"
#include "kernel/mounts.h"

namespace bpfmaps::kernel {
namespace {

std::uint64_t inode_of(const Fd& fd) {
  struct stat status {};
  return fstat(fd.get(), &status) == 0 ? status.st_ino : 0;
}

/// Where tracefs is mounted: /sys/kernel/tracing, or as of old below debugfs; "" where it is not.
std::string tracefs() {
  for (const Mount& mount : parse_mountinfo(read_small_file("/proc/self/mountinfo")))
    if (mount.type == "tracefs") return mount.point;
  return {};
}

/// The number by which perf_event_open(2) knows the tracepoint "sched/sched_switch".
Result<std::uint64_t> number_of_tracepoint(const std::string& name) {
  const auto missing = [&name](std::string why, std::string hint) {
    return fail(Error::refused(Kind::not_found, "find a tracepoint", name, std::move(why),
                               std::move(hint)));
  };
  const std::string mount = tracefs();
  if (mount.empty())
    return missing("tracefs, which numbers them, is not mounted",
                   "mount -t tracefs tracefs /sys/kernel/tracing");
  if (name.find("..") != name.npos || std::ranges::count(name, '/') != 1)
    return missing("this is no CATEGORY/NAME", "as in sched/sched_switch");
  const std::string text = read_small_file((mount + "/events/" + name + "/id").c_str());
  const auto number = parse_u64(text.substr(0, text.find('\n')));
  if (!number)
    return missing("the running kernel has no such tracepoint, or does not let you see it",
                   "ls " + mount + "/events/*");
  return *number;
}

/// An event that happens whenever anything passes the tracepoint, on any CPU.
Result<Fd> open_tracepoint(const std::string& name) {
  perf_event_attr event{};
  event.size = sizeof event;
  event.type = PERF_TYPE_TRACEPOINT;
  event.config = TRY(number_of_tracepoint(name));
  // A program runs on every CPU whichever one its event is of (perf_trace_run_bpf_submit()).
  const long fd = syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
  const int code = errno;
  if (fd >= 0) return Fd(static_cast<int>(fd));
  return fail(Error::from_errno(code, "open a tracepoint", name));
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
  ids.resize(64);  // as many as one spot takes (BPF_CGROUP_MAX_PROGS, BPF_MPROG_MAX)
  auto count = static_cast<std::uint32_t>(ids.size());
  const auto type = static_cast<bpf_attach_type>(spot.hook.attach_type);
  const bool asked = bpf_prog_query(spot.target(), type, 0, nullptr, ids.data(), &count) == 0;
  ids.resize(asked ? count : 0);
  return ids;
}

}  // namespace bpfmaps::kernel
