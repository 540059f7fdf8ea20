// SPDX-License-Identifier: BSD-2-Clause
// Putting another map in the place of one that is pinned.
#pragma once

#include <string>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Pins `made` at `path`, where the map `old_id` is pinned, in one step (rename): whoever opens the
/// path finds the one or the other. The pin keeps its owner and mode. Kind::exists where something
/// else is pinned there by now; then nothing has changed.
Status replace_pin(const Map& made, std::uint32_t old_id, const std::string& path);

}  // namespace bpfmaps::kernel
