// SPDX-License-Identifier: BSD-2-Clause
#include "base/time.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>

namespace bpfmaps {
namespace {

/// Another time zone for as long as it lives.
class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    setenv("TZ", name, 1);
    tzset();
  }
  ~TimeZone() {
    unsetenv("TZ");
    tzset();
  }
};

TEST(Time, is_written_with_its_offset) {
  {
    const TimeZone utc("UTC");
    EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00+00:00");
    EXPECT_EQ(rfc3339(1'795'224'438), "2026-11-21T01:27:18+00:00");
    EXPECT_EQ(rfc3339_ms(1'795'224'438'007'999'999), "2026-11-21T01:27:18.007+00:00");
  }
  const TimeZone nepal("NPT-5:45");
  EXPECT_EQ(rfc3339(0), "1970-01-01T05:45:00+05:45");
}

TEST(Time, since_boot_becomes_wall_clock) {
  timespec since_boot{};
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const auto now = static_cast<std::uint64_t>(since_boot.tv_sec) * 1'000'000'000;
  EXPECT_NEAR(static_cast<double>(wall_seconds_from_boot_ns(now)),
              static_cast<double>(std::time(nullptr)), 2);
}

TEST(Time, monotonic_never_goes_back) {
  const std::uint64_t before = monotonic_ns();
  EXPECT_GE(monotonic_ns(), before);
}

TEST(Time, durations_have_a_unit_or_are_seconds) {
  EXPECT_EQ(parse_duration_ns("10s"), 10'000'000'000u);
  EXPECT_EQ(parse_duration_ns("500ms"), 500'000'000u);
  EXPECT_EQ(parse_duration_ns("2m"), 120'000'000'000u);
  EXPECT_EQ(parse_duration_ns("1h"), 3'600'000'000'000u);
  EXPECT_EQ(parse_duration_ns("0.25"), 250'000'000u);
  for (const char* wrong : {"", "s", "0", "-1s", "10x", "1 0s", "nan", "inf", "1e30h"})
    EXPECT_EQ(parse_duration_ns(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace bpfmaps
