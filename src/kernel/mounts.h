// SPDX-License-Identifier: BSD-2-Clause
// Where BPF file systems are mounted, as this process sees it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bpfmaps::kernel {

/// One line of /proc/self/mountinfo, as far as it matters here (proc_pid_mountinfo(5)).
struct Mount {
  std::uint64_t id = 0;
  std::string point;  ///< octal escapes decoded
  std::string type;   ///< "bpf"
};

/// The mounts in the text of a mountinfo file; lines that are none are skipped.
std::vector<Mount> parse_mountinfo(std::string_view text);

/// Every mount point of a bpffs, each once, sorted. What another mount covers is left out; what
/// lies behind a directory that may not be searched is not. A bind mount of a single pin is a
/// mount point too, and is no directory.
std::vector<std::string> bpffs_mounts();

/// Mounts a new bpffs on an existing directory that is none yet.
Status mount_bpffs(const std::string& directory);

}  // namespace bpfmaps::kernel
