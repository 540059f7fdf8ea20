// SPDX-License-Identifier: BSD-2-Clause
#include "base/human.h"

#include <array>
#include <cstring>
#include <string_view>

#include "base/number.h"

namespace bpfmaps {
namespace {

char* write_text(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

// value / unit with one digit behind the point, rounded; none where it is a zero or the number has
// three digits before it.
char* write_tenths(char* to, std::uint64_t value, std::uint64_t unit) {
  const std::uint64_t whole = value / unit, rest = value % unit;
  // `rest` is less than 2^60, so ten times that is a number still.
  const std::uint64_t tenths = (rest * 10 + unit / 2) / unit;
  std::uint64_t all = whole * 10 + tenths;
  if (all >= 1000) all = (all + 5) / 10 * 10;
  to = write_u64(to, all / 10);
  if (all % 10 == 0) return to;
  *to++ = '.';
  *to++ = static_cast<char>('0' + all % 10);
  return to;
}

// Whether value / unit, rounded as it is written, is a thousand or more and asks for the next unit.
bool is_too_much(std::uint64_t value, std::uint64_t unit, std::uint64_t step) {
  return value / unit >= step || (value / unit == step - 1 && value % unit >= unit - unit / 2);
}

template <std::size_t N>
char* write_scaled(char* to, std::uint64_t value, std::uint64_t step,
                   const std::array<std::string_view, N>& units) {
  std::uint64_t unit = 1;
  std::size_t at = 0;
  for (; at + 1 < N && is_too_much(value, unit, step); ++at) unit *= step;
  return write_text(write_tenths(to, value, unit), units[at]);
}

char* write_pair(char* to, std::uint64_t seconds, std::uint64_t great, std::string_view great_unit,
                 std::uint64_t small, std::string_view small_unit) {
  to = write_text(write_u64(to, seconds / great), great_unit);
  const std::uint64_t rest = seconds % great / small;
  if (rest == 0) return to;
  *to++ = ' ';
  return write_text(write_u64(to, rest), small_unit);
}

}  // namespace

char* write_human_count(char* to, std::uint64_t value) {
  if (value < 1000) return write_u64(to, value);
  if (value < 1'000'000) {
    to = write_u64(to, value / 1000);
    *to++ = ',';
    for (std::uint64_t digit = 100, rest = value % 1000; digit != 0; digit /= 10)
      *to++ = static_cast<char>('0' + rest / digit % 10);
    return to;
  }
  constexpr std::array<std::string_view, 7> kUnits = {"", " k", " M", " G", " T", " P", " E"};
  return write_scaled(to, value, 1000, kUnits);
}

char* write_human_bytes(char* to, std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> kUnits = {" B",   " KiB", " MiB", " GiB",
                                                      " TiB", " PiB", " EiB"};
  return write_scaled(to, bytes, 1024, kUnits);
}

char* write_human_duration(char* to, std::uint64_t nanoseconds, bool ascii) {
  constexpr std::uint64_t kSecond = 1'000'000'000, kMinute = 60, kHour = 3600, kDay = 86'400;
  const std::uint64_t seconds = (nanoseconds + kSecond / 2) / kSecond;
  if (nanoseconds > UINT64_MAX - kSecond || seconds >= kDay)
    return write_pair(to, nanoseconds / kSecond, kDay, " d", kHour, " h");
  if (seconds >= kHour) return write_pair(to, seconds, kHour, " h", kMinute, " min");
  if (seconds >= kMinute) return write_pair(to, seconds, kMinute, " min", 1, " s");
  constexpr std::array<std::string_view, 4> kUnits = {" ns", " µs", " ms", " s"};
  constexpr std::array<std::string_view, 4> kAscii = {" ns", " us", " ms", " s"};
  return write_scaled(to, nanoseconds, 1000, ascii ? kAscii : kUnits);
}

std::string human_bytes(std::uint64_t bytes) {
  char text[kLongestHuman];
  return {text, write_human_bytes(text, bytes)};
}

}  // namespace bpfmaps
