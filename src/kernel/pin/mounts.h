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
/// mount point too, and is no directory. An error where the kernel's list cannot be read.
Result<std::vector<std::string>> bpffs_mounts();

/// Every mount that this process sees.
Result<std::vector<Mount>> all_mounts();

/// How a bpffs is mounted. Each delegation is a set of bits, by the values of enum bpf_cmd,
/// bpf_map_type, bpf_prog_type and bpf_attach_type: what holders of a token made from this mount
/// may do in their user namespace (Linux 6.9).
struct BpffsOptions {
  std::uint32_t mode = 0700;
  std::uint64_t delegate_cmds = 0, delegate_maps = 0, delegate_progs = 0, delegate_attachs = 0;

  bool delegates() const {
    return (delegate_cmds | delegate_maps | delegate_progs | delegate_attachs) != 0;
  }
};

/// Mounts a new bpffs on an existing directory that is none yet. Delegation that the running kernel
/// does not know, and would ignore, is refused.
Status mount_bpffs(const std::string& directory, const BpffsOptions& options);

}  // namespace bpfmaps::kernel
