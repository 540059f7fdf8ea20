// SPDX-License-Identifier: BSD-2-Clause
// Readers: hand out a map's entries in chunks, by the fastest way its type and kernel allow, and
// say so when they cannot be whole. Knows bytes, not types.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/entries.h"
#include "base/result.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

class Reader {
 public:
  virtual ~Reader() = default;
  /// The next entries; none (count 0) at the end. What it hands out is valid until the next call.
  /// Kind::incomplete when the map changed so much that a whole answer cannot be given.
  virtual Result<Entries> next() = 0;
  /// How often the kernel started over, since the key that it went on from was gone. No entry is
  /// handed out twice for that.
  virtual std::uint64_t restarts() const { return 0; }
};

/// How values of that map lie in memory: one slot, or one a possible CPU.
struct ValueShape {
  std::vector<std::uint32_t> cpus;  ///< not empty: per-CPU, in the order of the slots
  std::uint32_t slot = 0;           ///< bytes of one CPU's value, rounded up to 8
  std::size_t size = 0;             ///< bytes of a whole value
};
Result<ValueShape> value_shape(const MapInfo& info);

bool is_per_cpu(std::uint32_t map_type);
/// Array-like: keys are the indices 0 to max_entries - 1.
bool is_array(std::uint32_t map_type);

/// Why entries of that type cannot be read, with what works instead; nothing where they can.
std::optional<Error> why_unreadable(const MapInfo& info);

/// How hard a map is read.
enum class ReadRate : std::uint8_t {
  fast,
  gentle,  ///< by one thread, in short batches, with a rest as long as each of them behind it
};

/// A reader of all entries of `map`, which must outlive it.
Result<std::unique_ptr<Reader>> open_reader(const Map& map, ReadRate rate = ReadRate::fast);

/// One value. Kind::not_found when the map has no such key. `value` has value_shape().size bytes.
Status lookup(const Map& map, const void* key, void* value);

}  // namespace bpfmaps::kernel
