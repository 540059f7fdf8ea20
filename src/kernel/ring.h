// SPDX-License-Identifier: BSD-2-Clause
// Ring buffers seen from outside: how far they are written and read. Takes nothing out of them.
#pragma once

#include <cstdint>
#include <optional>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Bytes since the ring was made. What waits may still be under way from its producer.
struct RingPositions {
  std::uint64_t consumer = 0, producer = 0;

  std::uint64_t waiting() const { return producer - consumer; }
};

/// The positions of a ringbuf or user_ringbuf, read through its pages mapped read-only. The kernel
/// shares them only through a descriptor opened for writing, so a `map` opened otherwise is opened
/// anew by its id; nothing where that is not permitted, and for maps of other types.
std::optional<RingPositions> ring_positions(const Map& map);

}  // namespace bpfmaps::kernel
