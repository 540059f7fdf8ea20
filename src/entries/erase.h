// SPDX-License-Identifier: BSD-2-Clause
// Erasing many entries: their keys are gathered first, since a map that shrinks while it is read
// may be read from its start again.
#pragma once

#include <string>

#include "entries/typed_map.h"
#include "layout/query.h"

namespace bpfmaps::entries {

/// What became of them.
struct Erased {
  std::uint64_t matching = 0;  ///< entries that were to go
  std::uint64_t deleted = 0;
  std::string changed = {};  ///< what to remark of a map that changed while it was read
  Status status = {};        ///< what ended it early; then `deleted` of them are gone
};

/// Deletes the entries that `query` keeps, null all of them, unless it is a `dry` run. Nothing is
/// deleted where they could not all be read. Kind::unsupported where entries of that type cannot
/// be deleted one by one.
Result<Erased> erase_where(const TypedMap& typed, const layout::Query* query, bool dry);

}  // namespace bpfmaps::entries
