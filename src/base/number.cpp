// SPDX-License-Identifier: BSD-2-Clause
#include "base/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace bpfmaps {

const char kTwoDigits[201] =
    "0001020304050607080910111213141516171819"
    "2021222324252627282930313233343536373839"
    "4041424344454647484950515253545556575859"
    "6061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

std::optional<std::uint64_t> parse_u64(std::string_view text) {
  int base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) base = 16;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'b' || text[1] == 'B')) base = 2;
  if (base != 10) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

std::optional<std::int64_t> parse_i64(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto magnitude = parse_u64(text);
  if (!magnitude) return {};
  const std::uint64_t limit = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (*magnitude > limit) return {};
  return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

std::optional<double> parse_double(std::string_view text) {
  if (text.starts_with("+-")) return {};  // from_chars would take the minus
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

namespace {

inline char* two_digits(char* to, unsigned value) {
  std::memcpy(to, kTwoDigits + value * 2, 2);
  return to + 2;
}

// Exactly eight digits, leading zeros kept.
inline char* eight_digits(char* to, std::uint32_t value) {
  const std::uint32_t high = value / 10000, low = value % 10000;
  two_digits(two_digits(to, high / 100), high % 100);
  two_digits(two_digits(to + 4, low / 100), low % 100);
  return to + 8;
}

// At most eight digits, no leading zeros.
inline char* small(char* to, std::uint32_t value) {
  if (value < 100) {
    if (value < 10) return *to = static_cast<char>('0' + value), to + 1;
    return two_digits(to, value);
  }
  if (value < 10000) {
    const std::uint32_t high = value / 100;
    to = high < 10 ? (*to = static_cast<char>('0' + high), to + 1) : two_digits(to, high);
    return two_digits(to, value % 100);
  }
  const std::uint32_t high = value / 10000, low = value % 10000;
  to = small(to, high);
  return two_digits(two_digits(to, low / 100), low % 100);
}

template <class Number>
char* write_shortest(char* to, Number value) {
  if (std::isnan(value)) return std::strcpy(to, "NaN"), to + 3;
  if (std::isinf(value)) {
    const char* text = value < 0 ? "-Infinity" : "Infinity";
    return std::strcpy(to, text), to + std::strlen(text);
  }
  char* end = std::to_chars(to, to + 32, value).ptr;
  if (std::string_view(to, static_cast<std::size_t>(end - to)).find_first_of(".e") ==
      std::string_view::npos) {
    *end++ = '.';
    *end++ = '0';
  }
  return end;
}

}  // namespace

char* write_long_u64(char* to, std::uint64_t value) {
  constexpr std::uint64_t kTenToTheEighth = 100'000'000;
  if (value < kTenToTheEighth) return small(to, static_cast<std::uint32_t>(value));
  const std::uint64_t high = value / kTenToTheEighth;
  const auto low = static_cast<std::uint32_t>(value % kTenToTheEighth);
  if (high < kTenToTheEighth) return eight_digits(small(to, static_cast<std::uint32_t>(high)), low);
  to = small(to, static_cast<std::uint32_t>(high / kTenToTheEighth));
  return eight_digits(eight_digits(to, static_cast<std::uint32_t>(high % kTenToTheEighth)), low);
}

char* write_floating(char* to, double value) { return write_shortest(to, value); }
char* write_floating(char* to, float value) { return write_shortest(to, value); }

std::string number_text(std::uint64_t value) {
  char text[20];
  return {text, write_u64(text, value)};
}

std::string number_text(std::int64_t value) {
  char text[20];
  return {text, write_i64(text, value)};
}

std::string number_text(double value) {
  char text[32];
  return {text, write_floating(text, value)};
}

std::string hex_text(std::uint64_t value) {
  char digits[16];
  const auto [end, _] = std::to_chars(digits, digits + sizeof digits, value, 16);
  return "0x" + std::string(digits, end);
}

std::string signed_text(std::int64_t value) {
  return (value < 0 ? "" : "+") + std::to_string(value);
}

std::string human_count(double value) {
  constexpr std::array kUnits = {"", "k", "M", "G", "T", "P", "E"};
  std::size_t unit = 0;
  while (std::fabs(value) >= 999.95 && unit + 1 < kUnits.size()) value /= 1000, ++unit;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.4g%s" : "%.1f%s", value, kUnits[unit]);
  return text;
}

}  // namespace bpfmaps
