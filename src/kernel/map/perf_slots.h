// SPDX-License-Identifier: BSD-2-Clause
// The slots of a perf_event_array: which of them hold an event. The kernel shows them to programs
// alone, so a small program asks.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Whether each of the first `count` slots of `map` is taken. Nothing is read from the events and
/// nothing written to them. Kind::unsupported where the kernel runs no such program (before Linux
/// 5.10); Kind::permission without CAP_BPF and CAP_PERFMON.
Result<std::vector<bool>> taken_slots(const Map& map, std::uint32_t count);

}  // namespace bpfmaps::kernel
