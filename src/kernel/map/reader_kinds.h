// SPDX-License-Identifier: BSD-2-Clause
// The strategies behind open_reader(); seen by reader.cpp and their tests only.
#pragma once

#include "kernel/map/reader.h"

namespace bpfmaps::kernel {

/// BPF_MAP_LOOKUP_BATCH (5.6 for hash tables and arrays, 5.19 for per-CPU arrays). `value_size` is
/// that of a whole value. Falls back to next keys where the kernel refuses the first call.
std::unique_ptr<Reader> make_batch_reader(const Map& map, std::size_t value_size,
                                          ReadRate rate = ReadRate::fast);

/// BPF_MAP_GET_NEXT_KEY and a lookup for each: every kernel, but the kernel starts over when the
/// key it stands on is deleted. What was handed out is left out then; Kind::incomplete where that
/// happens again and again.
std::unique_ptr<Reader> make_next_key_reader(const Map& map, std::size_t value_size);

/// A lookup for each index, empty slots left out.
std::unique_ptr<Reader> make_index_reader(const Map& map, std::size_t value_size);

/// `reader`, with a rest before each chunk but the first that is as long as the last one took.
std::unique_ptr<Reader> make_gentle_reader(std::unique_ptr<Reader> reader);

}  // namespace bpfmaps::kernel
