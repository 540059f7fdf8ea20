// SPDX-License-Identifier: BSD-2-Clause
// Bytes whose own numbers say where things lie: looked at only where they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace bpfmaps {

using Bytes = std::span<const std::byte>;

/// Whether `size` bytes at `offset` lie within `whole` bytes; right for any three numbers.
constexpr bool within(std::uint64_t offset, std::uint64_t size, std::uint64_t whole) {
  return offset <= whole && size <= whole - offset;
}

/// The T at `offset`, aligned or not. The caller has checked that it lies within `bytes`.
template <class T>
T read_at(Bytes bytes, std::size_t offset) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

}  // namespace bpfmaps
