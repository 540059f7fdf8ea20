// SPDX-License-Identifier: BSD-2-Clause
// Whether a map that exists has the sizes of one that an object declares.
#pragma once

#include <vector>

#include "kernel/handle.h"
#include "object/difference.h"
#include "object/spec.h"

namespace bpfmaps::object {

/// What decides.
enum class Fit : std::uint8_t {
  same,    ///< everything that was chosen at the map's creation
  layout,  ///< what the program was compiled for: type and sizes, not entries and flags
};

/// The sizes and flags in which `map` differs from what the kernel and libbpf make of `spec`; none
/// when it fits.
std::vector<Difference> differences(const MapSpec& spec, const kernel::MapInfo& map, Fit fit);

}  // namespace bpfmaps::object
