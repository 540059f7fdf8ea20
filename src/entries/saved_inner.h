// SPDX-License-Identifier: BSD-2-Clause
// Inner maps in a saved map of maps: what they were, and making them anew.
#pragma once

#include <vector>

#include "entries/saved_map.h"
#include "layout/conversion.h"
#include "layout/query.h"

namespace bpfmaps::entries {

/// Which map lies under each key of the map of maps `outer`, and what those maps are, for the first
/// line of a saved map. `typed` is what open_inner_maps() made of it.
Result<std::vector<SavedInner>> inner_maps_of(const TypedMap& typed);

/// What open_inner_maps() made of a map of maps, with all that is in the inner maps now: as if it
/// had been saved and read back. `query` (may be null) keeps entries of inner maps.
Result<SavedMap> take_inner(const TypedMap& typed, const layout::Query* query);

/// How many maps were made, how many entries are in them, and how many maps were taken out.
struct InnerRestored {
  std::uint64_t maps = 0, entries = 0, removed = 0;
};

struct InnerOptions {
  bool replace = false;  ///< take out what `outer` has under other keys, last
  bool dry = false;      ///< only count
  layout::ConversionOptions conversion = {};
};

/// Makes the inner maps of `saved`, a map of maps with its entries, anew, fills them, and then puts
/// them into `outer` under their keys. They are like the first map that is in `outer`, and entries
/// are converted to its types by the names of fields; where there is none, they are as they were.
Result<InnerRestored> restore_inner(const SavedMap& saved, const kernel::Map& outer,
                                    const InnerOptions& options, const Remark& remark);

/// A map like the inner maps of `saved`, to make a map of maps with.
Result<kernel::Map> make_inner(const SavedMap& saved, const Remark& remark);

}  // namespace bpfmaps::entries
