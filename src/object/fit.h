// SPDX-License-Identifier: BSD-2-Clause
// Whether a map that exists can stand in for one that an object declares.
#pragma once

#include <string>
#include <vector>

#include "kernel/handle.h"
#include "object/spec.h"

namespace bpfmaps::object {

/// What decides.
enum class Fit : std::uint8_t {
  same,    ///< everything that was chosen at the map's creation
  layout,  ///< what the program was compiled for: type and sizes, not entries and flags
};

/// One field in which they differ.
struct Difference {
  std::string field;   ///< "type", "key", "value", "entries", "flags" or "extra"
  std::string is;      ///< "hash", "8 bytes", "5", "no_prealloc|mmapable"
  std::string wanted;  ///< by the object
};

/// The fields in which `map` differs from `spec`; none when it fits.
std::vector<Difference> differences(const MapSpec& spec, const kernel::MapInfo& map, Fit fit);

/// "type is hash, not array; entries are 5, not 10"; "" for none.
std::string text_of(const std::vector<Difference>& differences);

}  // namespace bpfmaps::object
