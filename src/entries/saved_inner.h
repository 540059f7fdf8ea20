// SPDX-License-Identifier: BSD-2-Clause
// Inner maps in a saved map of maps: what they were, and making them anew.
#pragma once

#include <vector>

#include "entries/saved_map.h"

namespace bpfmaps::entries {

/// Which map lies under each key of the map of maps `outer`, and what those maps are, for the first
/// line of a saved map. `typed` is what open_inner_maps() made of it.
Result<std::vector<SavedInner>> inner_maps_of(const TypedMap& typed);

/// How many maps were made, and how many entries are in them.
struct InnerRestored {
  std::uint64_t maps = 0, entries = 0;
};

/// Makes the inner maps of `from`, a saved map of maps with its entries, anew, fills them, and puts
/// them into `outer` under their keys.
Result<InnerRestored> restore_inner(const TypedMap& from, const kernel::Map& outer,
                                    const Remark& remark);

/// A map like the inner maps of `saved`, to make a map of maps with.
Result<kernel::Map> make_inner(const SavedMap& saved, const Remark& remark);

}  // namespace bpfmaps::entries
