// SPDX-License-Identifier: BSD-2-Clause
#include "base/time.h"

#include <cstdlib>
#include <ctime>
#include <string_view>

#include "base/number.h"

namespace bpfmaps {
namespace {

std::uint64_t clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

char* write_digits(char* to, int number, int digits) {
  for (int i = digits - 1; i >= 0; --i, number /= 10) to[i] = static_cast<char>('0' + number % 10);
  return to + digits;
}

char* write_three(char* to, int first, char mark, int second, int third, int digits) {
  to = write_digits(to, first, digits);
  *to++ = mark;
  to = write_digits(to, second, 2);
  *to++ = mark;
  return write_digits(to, third, 2);
}

char* write_date(char* to, const std::tm& parts) {
  return write_three(to, parts.tm_year + 1900, '-', parts.tm_mon + 1, parts.tm_mday, 4);
}

char* write_time(char* to, const std::tm& parts) {
  return write_three(to, parts.tm_hour, ':', parts.tm_min, parts.tm_sec, 2);
}

std::tm local_parts(std::uint64_t wall_ns) {
  const auto seconds = static_cast<std::time_t>(wall_ns / 1'000'000'000);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

std::optional<std::uint64_t> parse_duration_ns(std::string_view text) {
  struct Unit {
    std::string_view name;
    double ns;
  };
  constexpr Unit kUnits[] = {{"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"", 1e9}};
  constexpr double kMost = 100 * 365.0 * 24 * 3600e9;
  const Unit* unit = kUnits;
  while (!text.ends_with(unit->name)) ++unit;
  const auto number = parse_double(text.substr(0, text.size() - unit->name.size()));
  if (!number || !(*number > 0) || *number * unit->ns > kMost) return {};
  return static_cast<std::uint64_t>(*number * unit->ns);
}

ClockTimes clock_times() {
  return {.mono = clock_ns(CLOCK_MONOTONIC),
          .boot = clock_ns(CLOCK_BOOTTIME),
          .tai = clock_ns(CLOCK_TAI),
          .wall = clock_ns(CLOCK_REALTIME)};
}

std::uint64_t monotonic_ns() { return clock_ns(CLOCK_MONOTONIC); }
std::uint64_t realtime_ns() { return clock_ns(CLOCK_REALTIME); }

std::int64_t wall_seconds_from_boot_ns(std::uint64_t boot_ns) {
  // bpf_prog.aux->load_time is ktime_get_boottime_ns(); both clocks are read now, so a suspend
  // between loading and now is accounted for.
  const auto offset = static_cast<std::int64_t>(clock_ns(CLOCK_REALTIME)) -
                      static_cast<std::int64_t>(clock_ns(CLOCK_BOOTTIME));
  return (static_cast<std::int64_t>(boot_ns) + offset) / 1'000'000'000;
}

std::string rfc3339(std::int64_t wall_seconds) {
  const auto seconds = static_cast<std::time_t>(wall_seconds);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &parts);
  const std::string_view whole(text, size);
  if (size < 5) return std::string(whole);
  // +0000 becomes +00:00
  return std::string(whole.substr(0, size - 2)).append(":").append(whole.substr(size - 2));
}

std::string rfc3339_ms(std::uint64_t wall_ns) {
  char text[40];
  return {text, write_rfc3339_ms(text, wall_ns)};
}

char* write_rfc3339_ms(char* to, std::uint64_t wall_ns) {
  const std::tm parts = local_parts(wall_ns);
  to = write_date(to, parts);
  *to++ = 'T';
  to = write_time(to, parts);
  *to++ = '.';
  to = write_digits(to, static_cast<int>(wall_ns / 1'000'000 % 1000), 3);
  const int minutes = static_cast<int>(std::abs(parts.tm_gmtoff) / 60);
  *to++ = parts.tm_gmtoff < 0 ? '-' : '+';
  to = write_digits(to, minutes / 60, 2);
  *to++ = ':';
  return write_digits(to, minutes % 60, 2);
}

char* write_clock_time(char* to, std::uint64_t wall_ns, bool with_date) {
  const std::tm parts = local_parts(wall_ns);
  if (with_date) {
    to = write_date(to, parts);
    *to++ = ' ';
  }
  return write_time(to, parts);
}

}  // namespace bpfmaps
