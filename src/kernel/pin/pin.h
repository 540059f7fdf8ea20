// SPDX-License-Identifier: BSD-2-Clause
// Pins: opening what a path in a bpffs holds, safely, and saying exactly why when it cannot be.
#pragma once

#include <string>
#include <variant>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// What a path held.
using Pinned = std::variant<Map, Prog, Link>;

Noun noun_of(const Pinned& pinned);

/// Opens the object pinned at `path`.
///
/// The path is walked with O_PATH | O_NOFOLLOW. Symbolic links outside bpffs are followed; one
/// that lies inside a bpffs is refused, since whoever can write there may have planted it. The
/// last component must lie in a bpffs (fstatfs), and the object is got through the descriptor
/// that was checked, so the path cannot be exchanged in between. Needs /proc.
///
/// Errors: not_found; permission, where EACCES names the component whose mode denies it and EPERM
/// speaks of capabilities; invalid for a directory, a file of another file system, a wrong kind.
Result<Fd> open_pin_fd(const std::string& path, Access access, Noun expected);
Result<Pinned> open_pin(const std::string& path);

Result<Map> map_at(const std::string& path, Access access);
Result<Prog> prog_at(const std::string& path);
Result<Link> link_at(const std::string& path);

/// Pins `fd` at `path`: the parent must be an existing directory in a bpffs. A name with a dot is
/// refused before the kernel does so with a bare EPERM.
Status pin(int fd, const std::string& path);

/// Removes one pin; refuses what is not in a bpffs.
Status unpin(const std::string& path);

/// Gives what stands at `from`, a pin or a whole directory, the name `to`, where there must be
/// nothing: in one step within one bpffs (RENAME_NOREPLACE). Into another bpffs a pin is made there
/// first, with owner and mode of the old one, which is removed then; directories do not go there.
Status move_pin(const std::string& from, const std::string& to);

/// Makes one directory in a bpffs, mode 0700: the parent must exist. Dots are refused as in pin().
Status make_directory(const std::string& path);

/// Removes one empty directory; refuses what is not in a bpffs.
Status remove_directory(const std::string& path);

/// True where `path` lies in a bpffs; an error where it cannot be looked at.
Result<bool> is_in_bpffs(const std::string& path);

}  // namespace bpfmaps::kernel
