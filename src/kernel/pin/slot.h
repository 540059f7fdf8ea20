// SPDX-License-Identifier: BSD-2-Clause
// Slot: a name in a directory of a bpffs, where something is pinned or removed.
#pragma once

#include <string>

#include "kernel/handle.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::kernel {

struct Slot {
  ResolvedPath parent;  ///< a directory in a bpffs
  std::string name;     ///< may not exist
};

/// The slot that `path` names. Its directory is resolved as resolve() does; the last component is
/// taken as it is. A directory outside bpffs is refused, so a mount point's own name is too.
Result<Slot> slot_at(const std::string& path, const std::string& operation);

/// The same for something new: a name with a dot is refused before the kernel does so with a bare
/// EPERM.
Result<Slot> slot_to_fill(const std::string& path, const std::string& operation);

/// The pin that was just made at `slot` for the object `made`. Who may write to the directory can
/// exchange it at any time: owner and mode are changed only through this descriptor, never by name.
/// Refused as permission where something else stands there by now: a symbolic link, another object,
/// or a pin that has a second name.
Result<ResolvedPath> just_pinned(const Slot& slot, const Identity& made, const std::string& path,
                                 const std::string& operation);

/// What a refused change in the directory `parent` means. EACCES is about its mode; EPERM about
/// its sticky bit, which lets only the owner of a pin remove it.
Error explain_change(int code, int parent, const std::string& path, std::string operation);

}  // namespace bpfmaps::kernel
