// SPDX-License-Identifier: BSD-2-Clause
// The first line of a saved map, read back. Nothing in it is trusted: it comes from a file.
#pragma once

#include <optional>

#include "entries/saved_map.h"
#include "layout/layout.h"

namespace bpfmaps::entries {

struct SavedHeader {
  SavedMap map;  ///< without entries
  /// In the place of the key's or value's layout, where entries stand for something.
  std::optional<layout::Layout> stands_for;
  bool of_key = false;
};

/// Whether a line starts as such a one does.
bool is_saved_header(std::string_view line);

/// Kind::invalid where it makes no sense, Kind::unsupported where it is of a newer bpfmaps.
/// `subject` is the file, for errors.
Result<SavedHeader> read_saved_header(std::string_view line, const std::string& subject);

/// Whether a line is the last one of a saved map; then how many entries it says there are.
Result<std::optional<std::uint64_t>> read_saved_end(std::string_view line);

}  // namespace bpfmaps::entries
