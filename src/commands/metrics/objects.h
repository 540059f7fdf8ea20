// SPDX-License-Identifier: BSD-2-Clause
// What metrics say of every map and program in the kernel, whatever is in them.
#pragma once

#include <vector>

#include "base/result.h"
#include "output/metrics.h"

namespace bpfmaps::commands {

/// Adds size, memory, runs and time of each; with `counts` also how many entries each map has, for
/// which all of them are read, gently. A map whose entries cannot be counted has no such sample.
/// What else could not be looked up is left out, and the first reason of each sort goes to `gaps`.
/// Listing needs CAP_SYS_ADMIN. Kind::incomplete where counting goes on at `deadline_ns`
/// (CLOCK_MONOTONIC).
Status add_objects(output::MetricsText& to, bool counts, std::uint64_t deadline_ns,
                   std::vector<Error>& gaps);

}  // namespace bpfmaps::commands
