// SPDX-License-Identifier: BSD-2-Clause
// Keys of maps that hold the storage of cgroups, in the form in which they are printed: with the
// path of the cgroup, and the attach type by its name.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/handle.h"

namespace bpfmaps::commands {

/// Whether keys of that map name cgroups and `words` are FIELD=VALUE words or an object in JSON.
bool is_cgroup_key(const kernel::MapInfo& info, std::span<const std::string> words);

/// The bytes of that key. The cgroup is given by `cgroup_inode_id`, by `path`, or by both where
/// they agree; a path that no longer exists is not looked at beside an id. Errors are of
/// Kind::usage, or what is wrong with the path.
Result<std::vector<unsigned char>> parse_cgroup_key(const kernel::MapInfo& info,
                                                    std::span<const std::string> words);

}  // namespace bpfmaps::commands
