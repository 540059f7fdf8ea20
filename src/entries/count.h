// SPDX-License-Identifier: BSD-2-Clause
// How many entries maps have, whatever is in them: for `map list --entries` and `map count`.
#pragma once

#include <string>

#include "kernel/map/source.h"
#include "output/record.h"

namespace bpfmaps::entries {

/// Reads all entries of `map`, but those of an array, which are always there. The kernel keeps no
/// count. An error where the type cannot be read, or not all of it. `changed` becomes what there is
/// to remark of a map that changed meanwhile (change_text()).
Result<std::uint64_t> count_entries(const kernel::Map& map, kernel::ReadRate rate,
                                    std::string* changed = nullptr);

/// Adds `fill`, the ratio of `entries` to what the map can hold, unless that has no bound.
void add_fill(output::Record& record, std::uint64_t entries, const kernel::MapInfo& info);

}  // namespace bpfmaps::entries
