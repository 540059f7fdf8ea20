// SPDX-License-Identifier: BSD-2-Clause
// A map's contents in a new map of another size.
#pragma once

#include <cstdint>

#include "entries/options.h"
#include "kernel/handle.h"

namespace bpfmaps::entries {

struct Resized {
  kernel::Map map;
  std::uint64_t entries = 0;  ///< that were written into it
};

/// Makes a map like `old`, with its types, that holds at most `max_entries` entries, and writes
/// what `old` holds into it. Kind::unsupported and Kind::invalid, with the reason, for a map whose
/// contents cannot be moved, or do not fit; `old` is never changed.
Result<Resized> resize(kernel::Map old, std::uint32_t max_entries, const MapOptions& options);

}  // namespace bpfmaps::entries
