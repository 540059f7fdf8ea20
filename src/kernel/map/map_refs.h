// SPDX-License-Identifier: BSD-2-Clause
// References in maps: entries that hold another map or a program (maps of maps, prog_array, devmap,
// cpumap).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// One entry.
struct MapRef {
  const MapInfo& map;
  std::uint32_t key = 0;  ///< its first four bytes: the whole key of all types but hash_of_maps
  Noun noun = Noun::map;
  std::uint32_t id = 0;
};

/// Shows every such entry of every map in the kernel. Returns the ids of maps that may hold some
/// and cannot be read. Needs CAP_SYS_ADMIN.
Result<std::vector<std::uint32_t>> for_each_map_ref(
    const std::function<void(const MapRef&)>& visit);

}  // namespace bpfmaps::kernel
