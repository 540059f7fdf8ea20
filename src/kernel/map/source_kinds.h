// SPDX-License-Identifier: BSD-2-Clause
// The strategies behind open_source(); seen by source.cpp and their tests only.
#pragma once

#include "kernel/map/source.h"

namespace bpfmaps::kernel {

/// Entries that one batch should hold for entries of `entry_size` bytes: as many as half a megabyte
/// holds, and one where that is none.
std::uint32_t entries_a_batch(std::size_t entry_size);

/// The most entries that a hash table, or one bucket of it, can hold at a time. That is more than
/// it was made for: some more for each CPU, and what was deleted and is not freed yet.
std::uint32_t most_in_map(const Map& map);

/// A hash table, divided by bucket numbers. Null where the map is small, where this kernel's batch
/// token is no bucket number, or where that cannot be found out.
std::unique_ptr<Source> make_bucket_source(const Map& map, std::size_t value_size);

/// An array, divided by index. Null where it is small or batches are not to be had.
std::unique_ptr<Source> make_index_source(const Map& map, std::size_t value_size);

/// An array whose memory the kernel lets us map (BPF_F_MMAPABLE). Null where it does not.
std::unique_ptr<Source> make_mapped_source(const Map& map);

/// Proves on a small map of its own that this kernel takes any bucket number as a batch token and
/// hands entries out in the order of buckets (kernel/bpf/hashtab.c, since 5.6); the interface calls
/// the token opaque. False where no map may be made. Asked once a process.
bool tokens_are_buckets();

}  // namespace bpfmaps::kernel
