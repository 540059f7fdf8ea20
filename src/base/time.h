// SPDX-License-Identifier: BSD-2-Clause
// Time: clocks and the one way a point in time is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bpfmaps {

/// Seconds since 1970 for `boot_ns`, nanoseconds since boot as the kernel gives them (loaded_at).
std::int64_t wall_seconds_from_boot_ns(std::uint64_t boot_ns);

/// "2026-11-21T01:27:18+00:00" (RFC 3339, local time zone).
std::string rfc3339(std::int64_t wall_seconds);

/// "2026-11-21T01:27:18.250+00:00": the same for nanoseconds since 1970, to the millisecond.
std::string rfc3339_ms(std::uint64_t wall_ns);

/// rfc3339_ms() without an allocation, at a pointer with room for 40 bytes; returns the end.
char* write_rfc3339_ms(char* to, std::uint64_t wall_ns);
/// "19:23:31", or "2026-11-21 19:23:31" `with_date`, in the local time zone, likewise.
char* write_clock_time(char* to, std::uint64_t wall_ns, bool with_date);

/// "10s", "500ms", "2m", "1h" or "0.5", which are seconds, in nanoseconds; nothing for what is no
/// time or none that is longer than 0 and shorter than a century.
std::optional<std::uint64_t> parse_duration_ns(std::string_view text);

/// What the clocks said at one time, in nanoseconds: those that programs can read.
struct ClockTimes {
  std::uint64_t mono = 0;  ///< CLOCK_MONOTONIC: bpf_ktime_get_ns()
  std::uint64_t boot = 0;  ///< CLOCK_BOOTTIME: bpf_ktime_get_boot_ns()
  std::uint64_t tai = 0;   ///< CLOCK_TAI: bpf_ktime_get_tai_ns()
  std::uint64_t wall = 0;  ///< CLOCK_REALTIME
};
ClockTimes clock_times();

/// CLOCK_MONOTONIC in nanoseconds.
std::uint64_t monotonic_ns();
/// CLOCK_REALTIME in nanoseconds since 1970.
std::uint64_t realtime_ns();

}  // namespace bpfmaps
