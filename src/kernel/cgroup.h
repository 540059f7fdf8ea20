// SPDX-License-Identifier: BSD-2-Clause
// Cgroups: their paths by the number the kernel knows them by.
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::kernel {

/// Where the cgroup2 hierarchy is mounted: /sys/fs/cgroup, or below it where version 1 is in use
/// too; "" where it is not.
const std::string& cgroup_root();

/// The directory of the cgroup with that id, its inode number. Kind::not_found where there is none
/// below cgroup_root(), Kind::permission without CAP_DAC_READ_SEARCH, which opening a file by
/// number takes.
Result<std::string> cgroup_path(std::uint64_t id);

/// The id of the cgroup whose directory is `path`.
Result<std::uint64_t> cgroup_id(const std::string& path);

/// Whether this process is in the cgroup namespace that all others are below, and sees every
/// cgroup.
bool sees_all_cgroups();

/// How programs of a cgroup's hook go together, from the flags of BPF_PROG_QUERY: "multi", where
/// those of all cgroups above run, too; "override", where those below may have one in its place;
/// "none", where there is one for all below.
const char* cgroup_flags_name(std::uint32_t flags);

/// A descriptor of the cgroup whose directory is `path`.
Result<Fd> open_cgroup(const std::string& path);

}  // namespace bpfmaps::kernel
