// SPDX-License-Identifier: BSD-2-Clause
// map dump --recursive: the entries of all maps in a map, each with the key that its map lies
// under.
#pragma once

#include <memory>
#include <vector>

#include "entries/typed_map.h"

namespace bpfmaps::entries {

/// What the inner maps of one map have in common.
struct InnerMaps {
  std::unique_ptr<TypedMap> first;     ///< one of them: its types are everyone's
  std::vector<kernel::MapInfo> alike;  ///< one for each set of types that was found to be the same
};

/// The map of maps `outer` as the entries of its inner maps: their keys are records of the outer
/// key
/// (`outer`), the map's id (`inner_map_id`) and the key in it (`inner`), their values those of the
/// inner maps. The types that `options` name are the inner maps'. Inner maps of different types are
/// an error of Kind::invalid, maps of other types one of Kind::usage. Where there are no inner maps
/// it is the outer map as it is, which has no entries either.
Result<std::unique_ptr<TypedMap>> open_inner_maps(kernel::Map outer, const MapOptions& options);

/// Reads what open_inner_maps() made.
Result<std::unique_ptr<kernel::Reader>> open_inner_reader(const TypedMap& joined);

}  // namespace bpfmaps::entries
