// SPDX-License-Identifier: BSD-2-Clause
// Many pins: what lists and `show` cost then, and that it stays within bounds.
#pragma once

namespace bpfmaps::bench {

/// Prints a table of CPU time and memory, beside bpftool's. Throws where `pin list` of 50,000 pins
/// takes more than 32 MiB, or more than 15 times what 5,000 take.
void run_crowd();

}  // namespace bpfmaps::bench
