// SPDX-License-Identifier: BSD-2-Clause
// Ordinal: a field read as an unsigned number that is greater where the field is greater, whatever
// its type: signed numbers, floats, addresses. DumpQuery and sorting compare nothing else but text.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>

#include "layout/layout.h"

namespace bpfmaps::layout {

__extension__ using Wide = unsigned __int128;

struct Ordinal {
  enum class Load : std::uint8_t {
    u8,
    u16,
    u32,
    u64,
    bits,     ///< a bitfield
    boolean,  ///< 0 or 1
    be16,
    be32,
    be48,
    be64,
    f32,
    f64,  ///< -0 as 0; NaN above everything
    wide,
    be_wide,  ///< 128 bits
  };
  Load load = Load::u64;
  std::uint8_t bit_offset = 0, bits = 0;
  std::uint64_t bias = 0;  ///< the sign bit: put upside down, signed numbers sort as unsigned ones
  std::uint64_t mask = UINT64_MAX;

  bool is_wide() const { return load >= Load::wide; }
  bool is_float() const { return load == Load::f32 || load == Load::f64; }

  /// The number at `at`, where the field starts.
  Wide read(const unsigned char* at) const { return is_wide() ? read_wide(at) : read_narrow(at); }
  /// The same for what is not wide, or is.
  std::uint64_t read_narrow(const unsigned char* at) const;
  Wide read_wide(const unsigned char* at) const;

  /// The number of the greatest value that is ordered at all: infinity, not NaN.
  Wide greatest() const;
};

/// How `node` is ordered; nothing for text, prefixes, records, arrays and bytes without a type.
std::optional<Ordinal> ordinal_of(const Node& node);

/// Above all numbers: what NaN reads as.
inline constexpr std::uint64_t kNan = UINT64_MAX;

// Everything below is inline because it runs once an entry.

template <class Number>
Number load_as(const unsigned char* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

inline std::uint64_t load_window(const unsigned char* at, unsigned bit_offset, unsigned bits) {
  Wide window = 0;  // 64 bits that start inside a byte touch nine bytes
  std::memcpy(&window, at, (bit_offset + bits + 7) / 8);
  return static_cast<std::uint64_t>(window >> bit_offset) & (UINT64_MAX >> (64 - bits));
}

inline std::uint64_t float_ordinal(double value) {
  if (value != value) return kNan;
  const double positive_zero = value + 0.0;
  const auto bits = load_as<std::uint64_t>(reinterpret_cast<const unsigned char*>(&positive_zero));
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

inline std::uint64_t Ordinal::read_narrow(const unsigned char* at) const {
  std::uint64_t number = 0;
  switch (load) {
    case Load::u8: number = *at; break;
    case Load::u16: number = load_as<std::uint16_t>(at); break;
    case Load::u32: number = load_as<std::uint32_t>(at); break;
    case Load::u64: number = load_as<std::uint64_t>(at); break;
    case Load::bits: number = load_window(at, bit_offset, bits); break;
    case Load::boolean: number = load_window(at, bit_offset, bits) != 0; break;
    case Load::be16: number = __builtin_bswap16(load_as<std::uint16_t>(at)); break;
    case Load::be32: number = __builtin_bswap32(load_as<std::uint32_t>(at)); break;
    case Load::be48:
      number = std::uint64_t{__builtin_bswap32(load_as<std::uint32_t>(at))} << 16 |
               __builtin_bswap16(load_as<std::uint16_t>(at + 4));
      break;
    case Load::be64: number = __builtin_bswap64(load_as<std::uint64_t>(at)); break;
    case Load::f32: return float_ordinal(static_cast<double>(load_as<float>(at)));
    case Load::f64: return float_ordinal(load_as<double>(at));
    case Load::wide:
    case Load::be_wide: break;
  }
  return (number & mask) ^ bias;
}

inline Wide Ordinal::read_wide(const unsigned char* at) const {
  auto low = load_as<std::uint64_t>(at), high = load_as<std::uint64_t>(at + 8);
  if (load == Load::be_wide) {
    const std::uint64_t first = low;
    low = __builtin_bswap64(high);
    high = __builtin_bswap64(first);
  }
  return static_cast<Wide>(high ^ bias) << 64 | low;
}

}  // namespace bpfmaps::layout
