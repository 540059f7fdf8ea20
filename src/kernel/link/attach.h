// SPDX-License-Identifier: BSD-2-Clause
// Attaching programs to targets, replacing them there, and detaching them.
#pragma once

#include <vector>

#include "kernel/link/attach_target.h"
#include "kernel/link/placement.h"

namespace bpfmaps::kernel {

/// A program that was attached.
struct Attached {
  /// Each holds the program for as long as it is open or pinned: one, but for perf events one for
  /// each CPU. None where the program stays until it is detached: filters of tc, what was attached
  /// to a cgroup directly, maps of sockets before Linux 6.10, and what took the place of such.
  std::vector<Link> links = {};
  Facts where = {};  ///< of a filter of tc: pref and handle, which the kernel may have chosen
};

/// Attaches `prog`. Links came with Linux 5.7 (cgroup), 5.9 (XDP), 5.15 (tracepoints), 6.4
/// (netfilter), 6.6 (tcx), 6.7 (netkit). Kind::exists where there is no room for another program,
/// with the ids of those attached in the error.
Result<Attached> attach(const Prog& prog, const AttachTarget& target, const Placement& placement);

/// Puts `prog` in the place of `old` in one step: in the link that holds it there, which is
/// returned, or where it was attached without one. not_found where `old` is not attached there.
Result<Attached> replace(const Prog& old, const Prog& prog, const AttachTarget& target);

/// A link that held a program, and holds it nowhere now; or that only its end will part from it.
struct Detached {
  std::uint32_t id;
  Status detached;
};

/// Detaches `prog` from the target, whether links hold it there or not. The links it was held by
/// are returned, since their pins remain. not_found where it is not attached there.
Result<std::vector<Detached>> detach(const Prog& prog, const AttachTarget& target);

}  // namespace bpfmaps::kernel
