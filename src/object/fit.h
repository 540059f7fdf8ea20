// SPDX-License-Identifier: BSD-2-Clause
// Whether a map that exists can stand in for one that an object declares.
#pragma once

#include <string>

#include "kernel/handle.h"
#include "object/spec.h"

namespace bpfmaps::object {

/// What decides.
enum class Fit : std::uint8_t {
  same,    ///< everything that was chosen at the map's creation
  layout,  ///< what the program was compiled for: type and sizes, not entries and flags
};

/// The fields in which `map` differs from `spec`, "" when it fits:
/// "type is hash, not array; entries are 5, not 10".
std::string misfit(const MapSpec& spec, const kernel::MapInfo& map, Fit fit);

}  // namespace bpfmaps::object
