// SPDX-License-Identifier: BSD-2-Clause
// Counters of ranges as bars.
#include "output/histogram.h"

#include <gmock/gmock.h>

#include <vector>

#include "base/bars.h"

namespace bpfmaps::output {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string drawn(std::vector<std::uint64_t> counts, Scale scale, Style style = {}) {
  std::string text;
  append_histogram(text, counts, scale, style);
  return text;
}

TEST(Histogram, powers_of_two_are_multiplied_out) {
  EXPECT_EQ(drawn({0, 1, 4, 0, 3}, Scale::log2, {.width = 25, .ascii = true}),
            " range  count\n"
            "  2..3      1  ###\n"
            "  4..7      4  ##########\n"
            " 8..15      0\n"
            "16..31      3  ########\n"
            "total 8  p50 4..7  p90 16..31  p99 16..31\n");
  EXPECT_THAT(drawn({5}, Scale::log2), HasSubstr("0..1"));
  std::vector<std::uint64_t> last(64);
  last[63] = 1;
  EXPECT_THAT(drawn(last, Scale::log2), HasSubstr("9223372036854775808..18446744073709551615"));
}

TEST(Histogram, many_elements_share_a_line) {
  std::vector<std::uint64_t> counts(100, 1);
  const std::string text = drawn(counts, Scale::linear);
  EXPECT_THAT(text, HasSubstr("\n  0..4      5  "));
  EXPECT_THAT(text, HasSubstr("\n95..99      5  "));
  EXPECT_THAT(text, HasSubstr("total 100  p50 45..49  p90 85..89  p99 95..99\n"));
  EXPECT_THAT(drawn({0, 0, 3, 9}, Scale::linear), Not(HasSubstr("..")));
}

TEST(Histogram, nothing_counted_is_said) {
  EXPECT_EQ(drawn({0, 0}, Scale::log2), "nothing was counted\n");
  EXPECT_EQ(drawn({}, Scale::linear), "nothing was counted\n");
}

TEST(Histogram, sums_that_do_not_fit_stay_the_greatest_number) {
  EXPECT_THAT(drawn({UINT64_MAX, UINT64_MAX}, Scale::log2),
              HasSubstr("total 18446744073709551615"));
}

TEST(Bars, what_is_greater_than_zero_can_be_seen) {
  EXPECT_EQ(bar(0, 100, 10, false), "");
  EXPECT_EQ(bar(1, 1'000'000, 10, false), "▏");
  EXPECT_EQ(bar(100, 100, 3, false), "███");
  EXPECT_EQ(bar(1, 1'000'000, 10, true), "#");
  EXPECT_EQ(height(0, 10, false), "▁");
  EXPECT_EQ(height(0.001, 10, false), "▁");
  EXPECT_EQ(height(10, 10, false), "█");
  EXPECT_EQ(height(0, 0, true), "_");
  EXPECT_EQ(height(10, 10, true), "#");
}

}  // namespace
}  // namespace bpfmaps::output
