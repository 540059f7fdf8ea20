// SPDX-License-Identifier: BSD-2-Clause
// The records of a ring buffer as an EventSource: followed beside its owner, or consumed.
#pragma once

#include "kernel/handle.h"
#include "kernel/map/events.h"

namespace bpfmaps::kernel {

struct RingOptions {
  From from = From::now;
  /// Moves the consumer's position behind what was read, so that the producer may overwrite it:
  /// begins where the consumer's position is. Another reader then misses those records.
  bool consume = false;
};

/// Follows `map`, a ringbuf or user_ringbuf that was opened for writing: the kernel shares the
/// pages of no other descriptor. The source keeps it open. A user_ringbuf cannot be consumed,
/// since the kernel does that: Kind::unsupported.
Result<std::unique_ptr<EventSource>> open_ring(Map map, const RingOptions& options);

}  // namespace bpfmaps::kernel
