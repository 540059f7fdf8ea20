// SPDX-License-Identifier: BSD-2-Clause
// How often a ring is looked at: at once where it fills fast, ten times a second where it rests.
#include "commands/watch/tail_pace.h"

#include <gtest/gtest.h>

namespace bpfmaps {
namespace {

constexpr std::uint64_t kMs = 1'000'000;

TEST(TailPace, rests_until_an_eighth_may_be_new) {
  commands::TailPace rate;
  rate.after(1, 4096, 1000 * kMs);
  // 1024 bytes in a millisecond: 512 more are there in half of one.
  EXPECT_EQ(rate.after(1024, 4096, 1001 * kMs), kMs / 2);
}

TEST(TailPace, rests_a_millisecond_at_most_and_never_for_less_than_a_tenth) {
  commands::TailPace rate;
  rate.after(1, 4096, 1000 * kMs);
  EXPECT_EQ(rate.after(8, 1 << 20, 1001 * kMs), kMs);
  EXPECT_EQ(rate.after(4096, 4096, 1001 * kMs + kMs / 100), 0u);
}

TEST(TailPace, looks_ten_times_a_second_where_nothing_comes) {
  commands::TailPace rate;
  std::uint64_t waited = 0;
  int looks = 0;
  for (; waited < 10'000 * kMs; ++looks) waited += rate.idle();
  EXPECT_LE(looks, 110);
  rate.after(8, 4096, waited);
  EXPECT_EQ(rate.idle(), kMs);
}

}  // namespace
}  // namespace bpfmaps
