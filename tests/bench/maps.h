// SPDX-License-Identifier: BSD-2-Clause
// The maps that are measured: made, filled, pinned, and read by the plainest loop there is.
#pragma once

#include <cstdint>
#include <string>

namespace bpfmaps::bench {

/// Pins bench.bpf.c's maps under `folder`, filled: `entries` each, a fifth of it in the per-CPU
/// one.
void make_maps(const std::string& folder, std::uint32_t entries);

/// Pins `count` maps of one entry as `folder`/0, 1, ...
void make_pins(const std::string& folder, std::uint32_t count);

/// Writes `count` updates of the map pinned at `pin` into the file `path`, as bpftool takes them.
void make_batch(const std::string& pin, const std::string& path, std::uint32_t count);

/// Reads the whole map with BPF_MAP_LOOKUP_BATCH on one thread and keeps nothing. Returns how many
/// entries there were.
std::uint32_t bare_read(const std::string& pin);

}  // namespace bpfmaps::bench
