// SPDX-License-Identifier: BSD-2-Clause
// Attaching programs to targets, replacing them there, and detaching them.
#pragma once

#include <optional>

#include "kernel/link/attach_target.h"

namespace bpfmaps::kernel {

/// Attaches `prog` by a link, which holds it there for as long as the link is open or pinned.
/// Nothing where the kernel has no such link and the program stays until it is detached: sockmaps
/// before Linux 6.10. `mode` is for XDP. Links came with Linux 5.7 (cgroup), 5.9 (XDP), 5.15
/// (tracepoints), 6.6 (tcx), 6.7 (netkit). Kind::exists where there is no room for another program,
/// with the ids of those attached in the error.
Result<std::optional<Link>> attach(const Prog& prog, const AttachTarget& target, XdpMode mode);

/// Puts `prog` in the place of `old` in one step: in the link that holds it there, which is
/// returned, or with XDP also without one. not_found where `old` is not attached there.
Result<std::optional<Link>> replace(const Prog& old, const Prog& prog, const AttachTarget& target);

/// A link that held a program, and holds it nowhere now; or that only its end will part from it.
struct Detached {
  std::uint32_t id;
  Status detached;
};

/// Detaches `prog` from the target, whether links hold it there or not. The links it was held by
/// are returned, since their pins remain. not_found where it is not attached there.
Result<std::vector<Detached>> detach(const Prog& prog, const AttachTarget& target);

}  // namespace bpfmaps::kernel
