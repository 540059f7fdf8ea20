// SPDX-License-Identifier: BSD-2-Clause
// Writing parts of an array's value in the array's own memory, while programs use the rest of it.
// Knows bytes, not types.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Whether values of that map can be written in part: an array made with BPF_F_MMAPABLE (Linux
/// 5.5), as libbpf makes those of global variables.
bool can_write_part(const MapInfo& info);

/// Writes the bits of `value` that are set in `mask`, each of value_size bytes, at `index`. No
/// other bit is touched, so nothing that a program writes meanwhile is lost. Numbers of up to 8
/// bytes that lie as C aligns them are written in one step.
Status write_part(const Map& map, std::uint32_t index, std::span<const unsigned char> value,
                  std::span<const unsigned char> mask);

}  // namespace bpfmaps::kernel
