// SPDX-License-Identifier: BSD-2-Clause
// Which programs run for which cgroup, by links or attached directly.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace bpfmaps::kernel {

struct CgroupProg {
  std::uint64_t cgroup_id = 0;  ///< the inode number of its directory
  std::string cgroup = {};      ///< the path of its directory
  std::uint32_t attach_type = 0;
  std::uint32_t prog_id = 0;
  std::uint32_t flags = 0;  ///< BPF_F_ALLOW_OVERRIDE, BPF_F_ALLOW_MULTI; 0: alone, for all below
};

/// How far walk_cgroups() goes.
enum class CgroupDepth : std::uint8_t { one, all };

/// Shows every cgroup at or below the directory `path`, a parent before its children, with what is
/// attached to it at the hooks of `attach_types`; hook by hook, in the order in which they run.
/// `effective` shows what runs there instead, whichever cgroup it is attached to. A cgroup that
/// vanishes meanwhile is skipped. Returns the directories that may not be read. Errors are about
/// `path`; Kind::permission without CAP_NET_ADMIN.
using CgroupVisit =
    std::function<void(const std::string& path, std::uint64_t id, std::vector<CgroupProg>)>;
Result<std::vector<std::string>> walk_cgroups(const std::string& path, CgroupDepth depth,
                                              const std::vector<std::uint32_t>& attach_types,
                                              bool effective, const CgroupVisit& visit);

}  // namespace bpfmaps::kernel
