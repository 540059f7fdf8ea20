// SPDX-License-Identifier: BSD-2-Clause
#include "base/number.h"

#include <gmock/gmock.h>

#include <cfloat>
#include <cmath>
#include <random>

namespace bpfmaps {
namespace {

using testing::Eq;
using testing::Optional;

TEST(Number, reads_decimal_hex_and_binary) {
  EXPECT_THAT(parse_u64("0"), Optional(0u));
  EXPECT_THAT(parse_u64("18446744073709551615"), Optional(UINT64_MAX));
  EXPECT_THAT(parse_u64("0xFFffFFffFFffFFff"), Optional(UINT64_MAX));
  EXPECT_THAT(parse_u64("0b101"), Optional(5u));
  EXPECT_THAT(parse_u64("007"), Optional(7u));
}

TEST(Number, refuses_what_is_none_or_does_not_fit) {
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1x", "0x", "0xg", "0b2", "0b", "x",
                           "18446744073709551616", "0x10000000000000000"})
    EXPECT_THAT(parse_u64(text), Eq(std::nullopt)) << text;
}

TEST(Number, reads_signs) {
  EXPECT_THAT(parse_i64("-9223372036854775808"), Optional(INT64_MIN));
  EXPECT_THAT(parse_i64("+9223372036854775807"), Optional(INT64_MAX));
  EXPECT_THAT(parse_i64("-0x10"), Optional(-16));
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "--1", "-", ""})
    EXPECT_THAT(parse_i64(text), Eq(std::nullopt)) << text;
}

TEST(Number, reads_floats) {
  EXPECT_THAT(parse_double("1.5e3"), Optional(1500.0));
  EXPECT_THAT(parse_double("-inf"), Optional(-INFINITY));
  EXPECT_TRUE(std::isnan(parse_double("nan").value()));
  for (const char* text : {"", "1.5x", "e3", "--1", "+-1"})
    EXPECT_THAT(parse_double(text), Eq(std::nullopt)) << text;
}

std::string written(std::uint64_t value) {
  char text[32];
  return {text, write_u64(text, value)};
}

TEST(Number, writes_integers_of_every_length) {
  EXPECT_EQ(written(0), "0");
  for (std::uint64_t power = 1;; power *= 10) {
    for (const std::uint64_t value : {power - 1, power, power + 1})
      EXPECT_EQ(written(value), std::to_string(value));
    if (power > UINT64_MAX / 10) break;
  }
  EXPECT_EQ(written(UINT64_MAX), "18446744073709551615");
}

TEST(Number, writes_random_integers_as_the_library_does) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t value = random() >> (random() % 64);
    ASSERT_EQ(written(value), std::to_string(value));
    const auto as_signed = static_cast<std::int64_t>(random());
    ASSERT_EQ(number_text(as_signed), std::to_string(as_signed));
  }
  EXPECT_EQ(number_text(INT64_MIN), "-9223372036854775808");
}

TEST(Number, writes_floats_that_read_back_the_same) {
  for (const double value : {0.1, -2.5, 1e300, DBL_MIN, DBL_MAX, 5e-324})
    EXPECT_THAT(parse_double(number_text(value)), Optional(value));
  EXPECT_EQ(number_text(1.0), "1.0");
  EXPECT_EQ(number_text(NAN), "NaN");
  EXPECT_EQ(number_text(-INFINITY), "-Infinity");
  char text[32];
  EXPECT_EQ(std::string(text, write_floating(text, 0.1F)), "0.1");
}

TEST(Number, shortens_counts_for_people) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(999.96), "1.0k");
  EXPECT_EQ(human_count(12'345), "12.3k");
  EXPECT_EQ(human_count(4e6), "4.0M");
  EXPECT_EQ(human_count(-12'345), "-12.3k");
}

}  // namespace
}  // namespace bpfmaps
