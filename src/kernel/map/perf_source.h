// SPDX-License-Identifier: BSD-2-Clause
// The records of a perf_event_array as an EventSource. The kernel hands each record to the one
// event in the slot of its CPU, so there is no following beside another reader.
#pragma once

#include <vector>

#include "kernel/handle.h"
#include "kernel/map/events.h"

namespace bpfmaps::kernel {

struct PerfSource {
  std::unique_ptr<EventSource> events;
  /// CPUs whose slot holds another reader's event and was left to it.
  std::vector<std::uint32_t> left;
  /// CPUs whose slot was taken from another reader.
  std::vector<std::uint32_t> replaced;
};

/// Puts an event into each slot of `map` whose CPU is online and that is empty; with `replace` into
/// all of them. `map` was opened for writing; the slots are empty again when the source ends.
/// Kind::exists where no slot is empty.
Result<PerfSource> open_perf(Map map, bool replace);

}  // namespace bpfmaps::kernel
