// SPDX-License-Identifier: BSD-2-Clause
// Entries: some of a map's keys and values as the kernel wrote them; what readers hand to rows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bpfmaps {

/// Borrowed: valid until the reader that made it is asked for more.
struct Entries {
  const unsigned char* keys = nullptr;  ///< null where the map has no keys
  const unsigned char* values = nullptr;
  std::uint32_t count = 0;
  std::size_t key_stride = 0;    ///< bytes from one key to the next
  std::size_t value_stride = 0;  ///< bytes from one value to the next; per-CPU: all CPUs' slots

  const unsigned char* key(std::size_t i) const { return keys + i * key_stride; }
  const unsigned char* value(std::size_t i) const { return values + i * value_stride; }

  /// At most `most` of them from the `first`-th on; `first` is not behind the end.
  Entries some(std::uint32_t first, std::uint32_t most) const {
    Entries part = *this;
    if (keys != nullptr) part.keys = key(first);
    part.values = value(first);
    part.count = count - first < most ? count - first : most;
    return part;
  }
};

}  // namespace bpfmaps
