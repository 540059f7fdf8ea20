// SPDX-License-Identifier: BSD-2-Clause
#include "base/units.h"

#include <gtest/gtest.h>

namespace bpfmaps {
namespace {

std::string plain(std::string_view text) { return without_unit(text).value_or("none"); }

TEST(Units, sizes_and_counts) {
  EXPECT_EQ(plain("1k"), "1000");
  EXPECT_EQ(plain("1M"), "1000000");
  EXPECT_EQ(plain("64KiB"), "65536");
  EXPECT_EQ(plain("64Ki"), "65536");
  EXPECT_EQ(plain("1.5MiB"), "1572864");
  EXPECT_EQ(plain("2GB"), "2000000000");
  EXPECT_EQ(plain("7B"), "7");
  EXPECT_EQ(plain("-3k"), "-3000");
  EXPECT_EQ(plain("18P"), "18000000000000000");
}

TEST(Units, times_are_nanoseconds) {
  EXPECT_EQ(plain("5s"), "5000000000");
  EXPECT_EQ(plain("10ms"), "10000000");
  EXPECT_EQ(plain("1.5us"), "1500");
  EXPECT_EQ(plain("8.6µs"), "8600");
  EXPECT_EQ(plain("2m"), "120000000000");
  EXPECT_EQ(plain("1d"), "86400000000000");
  EXPECT_EQ(plain("0.1ns"), "0.1");
}

TEST(Units, parts_of_a_whole) {
  EXPECT_EQ(plain("80%"), "0.8");
  EXPECT_EQ(plain("%"), "none");
}

TEST(Units, what_has_no_unit_or_no_room_is_left_alone) {
  for (const char* text : {"", "k", "1", "1.5", "0x1d", "1e5", "1kk", "1mB", "1sB", "..k", ".k",
                           "99999999999G", "99999999999999999999999k", "10.0.0.1", "inf", "nan"})
    EXPECT_EQ(plain(text), "none") << text;
}

}  // namespace
}  // namespace bpfmaps
