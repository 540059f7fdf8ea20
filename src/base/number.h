// SPDX-License-Identifier: BSD-2-Clause
// Numbers: read from text with a reason when they are none, and written fast.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace bpfmaps {

/// Decimal, 0x hex or 0b binary, digits only otherwise; nothing when it is no number or does not
/// fit.
std::optional<std::uint64_t> parse_u64(std::string_view text);
/// The same with an optional sign.
std::optional<std::int64_t> parse_i64(std::string_view text);
/// Decimal notation or scientific; "nan", "inf" and "-inf" too.
std::optional<double> parse_double(std::string_view text);

/// Digits of 00 to 99, two bytes each.
extern const char kTwoDigits[201];
/// Of numbers from 100 on.
char* write_long_u64(char* to, std::uint64_t value);

/// Writes `value` in decimal at `to` (at most 20 bytes) and returns the end. Not terminated.
inline char* write_u64(char* to, std::uint64_t value) {
  if (value < 10) return *to = static_cast<char>('0' + value), to + 1;
  if (value < 100) return std::memcpy(to, kTwoDigits + value * 2, 2), to + 2;
  return write_long_u64(to, value);
}
/// The same with a minus sign where there is one (at most 20 bytes).
inline char* write_i64(char* to, std::int64_t value) {
  auto magnitude = static_cast<std::uint64_t>(value);
  if (value < 0) {
    *to++ = '-';
    magnitude = 0 - magnitude;
  }
  return write_u64(to, magnitude);
}

/// Shortest text that reads back as the same double, always with a point or exponent where JSON
/// readers could take it for an integer ("1.0"). NaN and infinities as "NaN", "Infinity".
/// At most 32 bytes.
char* write_floating(char* to, double value);
char* write_floating(char* to, float value);

/// The same as a string.
std::string number_text(std::uint64_t value);
std::string number_text(std::int64_t value);
std::string number_text(double value);

/// "0x2c".
std::string hex_text(std::uint64_t value);
/// "+7", "-7", "+0".
std::string signed_text(std::int64_t value);

/// "12.3k", "4.0M": for people. Powers of 1000.
std::string human_count(double value);

}  // namespace bpfmaps
