// SPDX-License-Identifier: BSD-2-Clause
// Spots: one hook at one interface, in one cgroup, on one map... where a program is attached.
#pragma once

#include <string>

#include "base/fd.h"
#include "kernel/facts.h"
#include "kernel/handle.h"
#include "kernel/link/hook.h"
#include "kernel/link/xdp.h"

namespace bpfmaps::kernel {

struct AttachTarget {
  Hook hook = {};
  std::string where = {};       ///< "eth0", "/sys/fs/cgroup/web", "sched/sched_switch"; may be ""
  Interface interface = {};     ///< Hook::Of::interface
  Fd fd = {};                   ///< of the cgroup, the network namespace, the map, or the event
  std::uint32_t link_type = 0;  ///< of the links that hold a program there; 0: of several
  Facts facts = {};             ///< what link_facts() says of these links, and of no others

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
/// CATEGORY/NAME with `tracepoint`, NAME with `raw_tracepoint`.
Result<AttachTarget> target_at_event(const Hook& hook, const std::string& name);

/// The links that hold `prog` there. Needs CAP_SYS_ADMIN.
Result<std::vector<Link>> links_at(const AttachTarget& target, const Prog& prog);

/// The ids of all programs attached there, by links or not; none for hooks of which there is no
/// list.
Result<std::vector<std::uint32_t>> programs_at(const AttachTarget& target);

}  // namespace bpfmaps::kernel
