// SPDX-License-Identifier: BSD-2-Clause
// Writing single entries of a map. Each function is one system call: the kernel does it whole or
// not at all, and the error says what the map would have taken. Knows bytes, not types.
#pragma once

#include <cstdint>

#include "base/entries.h"
#include "base/result.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// What update() asks of the key; the numbers are the kernel's BPF_ANY, BPF_NOEXIST, BPF_EXIST.
enum class Want : std::uint8_t { any = BPF_ANY, noexist = BPF_NOEXIST, exist = BPF_EXIST };

/// Writes one entry. `key` is null for maps without keys; `value` has value_shape().size bytes,
/// the values of all CPUs in a per-CPU map. Where the kernel keeps descriptors, it is one.
Status update(const Map& map, const void* key, const void* value, Want want = Want::any);

/// How far update_all() came. The entry at index `count` is the one that `status` is about.
struct Written {
  std::uint64_t count = 0;
  Status status = {};
};

/// Writes `entries`, whose values have value_shape().size bytes, in their order: in batches where
/// the type and the kernel have them (BPF_MAP_UPDATE_BATCH, Linux 5.6) and `want` is any, else one
/// by one. A batch that fails half-way is continued one by one. Ends at the first entry that the
/// kernel refuses.
Written update_all(const Map& map, const Entries& entries, Want want = Want::any);

/// Reads the next element of a queue or stack and removes it (BPF_MAP_LOOKUP_AND_DELETE_ELEM, Linux
/// 4.20). Kind::not_found when there is none.
Status take(const Map& map, void* value);

/// Deletes one entry; Kind::not_found when there is none.
Status remove(const Map& map, const void* key);

/// Deletes the entries of `count` keys, which lie one behind the other, and adds to `removed` how
/// many there were: a key that is gone already is no error. In batches where the type has them
/// (BPF_MAP_DELETE_BATCH, Linux 5.6).
Status remove_all(const Map& map, const unsigned char* keys, std::size_t count,
                  std::uint64_t& removed);

/// The key behind `key`, or the first one where `key` is null or not in the map.
/// Kind::not_found behind the last one.
Status next_key(const Map& map, const void* key, void* next);

/// Keeps user space from ever writing to the map again (BPF_MAP_FREEZE, Linux 5.2).
Status freeze(const Map& map);

}  // namespace bpfmaps::kernel
