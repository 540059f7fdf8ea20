// SPDX-License-Identifier: BSD-2-Clause
#include "base/time.h"

#include <ctime>
#include <string_view>

namespace bpfmaps {
namespace {

std::uint64_t clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

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
  constexpr std::size_t kUpToSeconds = 19;  // "2026-11-21T01:27:18"
  const std::string milliseconds = std::to_string(1000 + wall_ns / 1'000'000 % 1000);
  return rfc3339(static_cast<std::int64_t>(wall_ns / 1'000'000'000))
      .insert(kUpToSeconds, "." + milliseconds.substr(1));
}

}  // namespace bpfmaps
