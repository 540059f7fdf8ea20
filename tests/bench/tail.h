// SPDX-License-Identifier: BSD-2-Clause
// Following a ring buffer: what the follower keeps up with, and what it costs the owner.
#pragma once

namespace bpfmaps::bench {

/// Prints a table: records a second that a producer writes, its owner takes and `map tail` shows,
/// without the follower and with it, one behind the other.
void run_tail();

}  // namespace bpfmaps::bench
