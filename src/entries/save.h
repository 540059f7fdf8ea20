// SPDX-License-Identifier: BSD-2-Clause
// Saving: a map's entries with all that is needed to read them without it, as JSON lines
// (saved_map.h says what they are).
#pragma once

#include "entries/dump_query.h"
#include "entries/map_types.h"
#include "entries/saved_map.h"
#include "entries/typed_map.h"
#include "output/writer.h"

namespace bpfmaps::entries {

/// What the first line says that is not in `typed`.
struct SaveFacts {
  output::Record shown;  ///< the map as `map show` has it
  std::vector<SavedProgram> programs = {};
  std::string title = {};  ///< of the schema
  /// Of a map of maps with the entries of its inner maps: one of these, and where all of them lie.
  output::Record inner_shown = {};
  std::vector<SavedInner> inner_maps = {};
};

/// The first line, with its end.
Result<std::string> saved_header(const TypedMap& typed, const MapOptions& options, SaveFacts facts);
/// The last one.
std::string saved_end(std::uint64_t entries);

/// Writes the entries of `typed` that `query` (may be null) keeps behind `header`, and the last
/// line. Returns how many they were. On an error the last line is missing. `take`: elements of a
/// queue or stack are taken out of it, which is the only way to see them all. `changed` becomes
/// what there is to remark of a map that changed meanwhile (change_text()).
Result<std::uint64_t> save(const TypedMap& typed, const layout::Query* query,
                           const std::string& header, bool take, output::Writer& out,
                           std::string& changed);

}  // namespace bpfmaps::entries
