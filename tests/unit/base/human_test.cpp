// SPDX-License-Identifier: BSD-2-Clause
// Numbers for people: where the unit changes, and where rounding reaches the next one.
#include "base/human.h"

#include <gtest/gtest.h>

namespace bpfmaps {
namespace {

std::string count(std::uint64_t value) {
  char text[kLongestHuman];
  return {text, write_human_count(text, value)};
}
std::string duration(std::uint64_t ns, bool ascii = false) {
  char text[kLongestHuman];
  return {text, write_human_duration(text, ns, ascii)};
}

TEST(Human, counts_are_grouped_then_scaled) {
  EXPECT_EQ(count(0), "0");
  EXPECT_EQ(count(999), "999");
  EXPECT_EQ(count(1000), "1,000");
  EXPECT_EQ(count(47'873), "47,873");
  EXPECT_EQ(count(999'999), "999,999");
  EXPECT_EQ(count(1'000'000), "1 M");
  EXPECT_EQ(count(98'400'000), "98.4 M");
  EXPECT_EQ(count(984'321'000), "984 M");
  EXPECT_EQ(count(999'600'000), "1 G");
  EXPECT_EQ(count(UINT64_MAX), "18.4 E");
}

TEST(Human, bytes_are_powers_of_1024) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1 KiB");
  EXPECT_EQ(human_bytes(10'000), "9.8 KiB");
  EXPECT_EQ(human_bytes(10 << 20), "10 MiB");
  EXPECT_EQ(human_bytes((1 << 20) - 1), "1 MiB");
  EXPECT_EQ(human_bytes(UINT64_MAX), "16 EiB");
}

TEST(Human, durations_have_two_parts_from_a_minute_on) {
  EXPECT_EQ(duration(0), "0 ns");
  EXPECT_EQ(duration(850), "850 ns");
  EXPECT_EQ(duration(8600), "8.6 µs");
  EXPECT_EQ(duration(8600, true), "8.6 us");
  EXPECT_EQ(duration(999'960'000), "1 s");
  EXPECT_EQ(duration(59'940'000'000), "1 min");
  EXPECT_EQ(duration(303'000'000'000), "5 min 3 s");
  EXPECT_EQ(duration(11'520'000'000'000), "3 h 12 min");
  EXPECT_EQ(duration(442'800'000'000'000), "5 d 3 h");
  EXPECT_EQ(duration(UINT64_MAX), "213503 d 23 h");
}

}  // namespace
}  // namespace bpfmaps
