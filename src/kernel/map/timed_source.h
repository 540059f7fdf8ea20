// SPDX-License-Identifier: BSD-2-Clause
// A source that comes to an end at a time: for readers whose answer is worth nothing later.
#pragma once

#include <cstdint>
#include <memory>

#include "kernel/map/source.h"

namespace bpfmaps::kernel {

/// `source`, which outlives it, until `deadline_ns` (CLOCK_MONOTONIC): then Kind::incomplete.
std::unique_ptr<Source> until(Source& source, std::uint64_t deadline_ns);

}  // namespace bpfmaps::kernel
