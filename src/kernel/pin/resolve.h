// SPDX-License-Identifier: BSD-2-Clause
// Resolving a path into a bpffs to a descriptor, one component at a time, so that nobody who may
// write there decides where it leads. Opens no object: what it gives is O_PATH.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::kernel {

/// What a path leads to: an O_PATH descriptor and its status.
struct ResolvedPath {
  Fd fd;
  struct stat status = {};

  bool is_directory() const { return S_ISDIR(status.st_mode); }
  bool is_symlink() const { return S_ISLNK(status.st_mode); }
};

/// The file at `path`. Symbolic links are followed (40 at most, as the kernel does) until a bpffs
/// is reached; one that lies in a bpffs is refused with its target, since whoever can write there
/// may have planted it. `operation` is for the errors: not_found names the component that is
/// missing, EACCES the directory that may not be searched.
Result<ResolvedPath> resolve(const std::string& path, std::string_view operation);

/// The same; what does not lie in a bpffs is refused as invalid.
Result<ResolvedPath> resolve_in_bpffs(const std::string& path, std::string_view operation);

/// Whether `fd` (O_PATH will do) lies in a BPF file system.
Result<bool> lies_in_bpffs(int fd);

/// "/proc/self/fd/7": the file behind a descriptor, for calls that take only a path. It cannot be
/// exchanged for another one, and its name needs no permission.
std::string path_of(int fd);

/// What /proc/self/fd says of `fd`: an absolute path, or "anon_inode:bpf-map".
Result<std::string> file_behind(int fd);
/// The same for errors and hints: "" where it cannot be told.
std::string description_of(int fd);

/// Where the symbolic link behind an O_PATH descriptor leads.
Result<std::string> link_target(int fd);

/// "mode 0600, uid 0": what decides about EACCES.
std::string describe_access(const struct stat& status);

}  // namespace bpfmaps::kernel
