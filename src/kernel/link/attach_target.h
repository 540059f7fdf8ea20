// SPDX-License-Identifier: BSD-2-Clause
// Attach targets: one hook at one interface, in one cgroup, on one map... where a program is
// attached.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "kernel/facts.h"
#include "kernel/handle.h"
#include "kernel/link/hook.h"
#include "kernel/link/probe.h"
#include "kernel/link/tc.h"
#include "kernel/link/xdp.h"

namespace bpfmaps::kernel {

struct AttachTarget {
  Hook hook = {};
  std::string where = {};       ///< "eth0", "/sys/fs/cgroup/web", "sched/sched_switch"; may be ""
  Interface interface = {};     ///< Hook::Of::interface and tc
  Fd fd = {};                   ///< of the cgroup, the network namespace, or the map
  std::vector<Fd> events = {};  ///< of a tracepoint, a probe, or of each CPU's perf event
  std::uint32_t link_type = 0;  ///< of the links that hold a program there; 0: of several
  Facts facts = {};             ///< what link_facts() says of these links, and of no others

  /// Hook::Of::tc: the filter's pref and handle; 0 stands for any.
  struct {
    std::uint32_t pref = 0, handle = 0;
  } tc = {};
  struct {
    std::uint32_t pf = 0, hook = 0;
    std::int32_t priority = 0;
  } netfilter = {};  ///< Hook::Of::netfilter

  /// As bpf(2) wants it.
  int target() const { return fd ? fd.get() : static_cast<int>(interface.index); }
};

/// The target of a hook of each sort. Errors are about what was named: not_found for an interface,
/// a cgroup or a tracepoint that is not there.
Result<AttachTarget> target_on_interface(const Hook& hook, const std::string& name);
Result<AttachTarget> target_in_cgroup(const Hook& hook, const std::string& path);
/// In the network namespace of this process.
Result<AttachTarget> target_in_network(const Hook& hook);
Result<AttachTarget> target_on_sockets(const Hook& hook, const Map& map);
/// A filter on an interface; `pref` and `handle` of 0 stand for any.
Result<AttachTarget> target_on_tc(const Hook& hook, const std::string& name, std::uint32_t pref,
                                  std::uint32_t handle);
/// `pf` and `number` are NFPROTO_* and NF_INET_*; in the network namespace of this process.
AttachTarget target_in_netfilter(const Hook& hook, std::uint32_t pf, std::uint32_t number,
                                 std::int32_t priority);
/// CATEGORY/NAME with `tracepoint`, NAME with `raw_tracepoint`.
Result<AttachTarget> target_at_event(const Hook& hook, const std::string& name);
/// A function of the kernel, or what lies at `offset` in the file `path`.
Result<AttachTarget> target_at_kprobe(const Hook& hook, const std::string& function,
                                      std::uint64_t offset);
Result<AttachTarget> target_at_uprobe(const Hook& hook, const std::string& path,
                                      std::uint64_t offset);
/// A perf event of every CPU that is online, by its name or as TYPE:CONFIG.
Result<AttachTarget> target_at_perf_event(const Hook& hook, const std::string& name,
                                          Sampling sampling);

/// The links that hold `prog` there. Needs CAP_SYS_ADMIN.
Result<std::vector<Link>> links_at(const AttachTarget& target, const Prog& prog);

/// The ids of all programs attached there, by links or not, in the order in which they run; none
/// for hooks of which there is no list.
Result<std::vector<std::uint32_t>> programs_at(const AttachTarget& target);

/// The filters there: Hook::Of::tc.
Result<std::vector<TcFilter>> filters_at(const AttachTarget& target);

}  // namespace bpfmaps::kernel
