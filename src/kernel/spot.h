// SPDX-License-Identifier: BSD-2-Clause
// Spots: one hook at one interface, in one cgroup, on one map... where a program is attached.
#pragma once

#include <string>

#include "base/fd.h"
#include "kernel/facts.h"
#include "kernel/handle.h"
#include "kernel/hook.h"
#include "kernel/xdp.h"

namespace bpfmaps::kernel {

struct Spot {
  Hook hook = {};
  std::string where = {};       ///< "eth0", "/sys/fs/cgroup/web", "sched/sched_switch"; may be ""
  Interface interface = {};     ///< Hook::Of::interface
  Fd fd = {};                   ///< of the cgroup, the network namespace, the map, or the event
  std::uint32_t link_type = 0;  ///< of the links that hold a program there; 0: of several
  Facts facts = {};             ///< what link_facts() says of these links, and of no others

  /// As bpf(2) wants it.
  int target() const { return fd ? fd.get() : static_cast<int>(interface.index); }
};

/// The spot of a hook of each sort. Errors are about what was named: not_found for an interface, a
/// cgroup or a tracepoint that is not there.
Result<Spot> spot_on_interface(const Hook& hook, const std::string& name);
Result<Spot> spot_in_cgroup(const Hook& hook, const std::string& path);
/// In the network namespace of this process.
Result<Spot> spot_in_network(const Hook& hook);
Result<Spot> spot_on_sockets(const Hook& hook, const Map& map);
/// CATEGORY/NAME with `tracepoint`, NAME with `raw_tracepoint`.
Result<Spot> spot_at_event(const Hook& hook, const std::string& name);

/// The links that hold `prog` there. Needs CAP_SYS_ADMIN.
Result<std::vector<Link>> links_at(const Spot& spot, const Prog& prog);

/// The ids of all programs attached there, by links or not; empty where it cannot be asked.
std::vector<std::uint32_t> programs_at(const Spot& spot);

}  // namespace bpfmaps::kernel
