// SPDX-License-Identifier: BSD-2-Clause
// Following a ring step by step: what is read, what is lost, and where it goes on.
#include "kernel/map/ring_follower.h"

#include <gmock/gmock.h>

#include <cstring>

#include "support/model_ring.h"

namespace bpfmaps::kernel {
namespace {

using test::ModelRing;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = ModelRing::Kind;

std::vector<std::uint64_t> numbers_in(const Burst& burst) {
  std::vector<std::uint64_t> numbers;
  for (const Event& event : burst.events) {
    std::uint64_t number = 0;
    std::memcpy(&number, event.data, sizeof number);
    numbers.push_back(number);
  }
  return numbers;
}

std::uint64_t lost_bytes(const Burst& burst) {
  return burst.lost.empty() ? 0 : burst.lost.front().bytes;
}

/// A ring of 64 bytes holds three records of one number, 16 bytes each.
class RingFollowerTest : public testing::Test {
 protected:
  ModelRing ring{64, Kind::plain};
  RingFollower follower{ring.memory(), 0};
  Burst burst;

  /// Writes numbers; the owner takes each of them at once.
  void write_and_take(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t number = first; number <= last; ++number) {
      ASSERT_TRUE(ring.write(number));
      ring.set_consumer(ring.producer());
    }
  }
};

TEST_F(RingFollowerTest, an_empty_ring_has_nothing) {
  EXPECT_FALSE(follower.read(burst));
  EXPECT_TRUE(burst.is_empty());
  EXPECT_FALSE(follower.is_busy());
}

TEST_F(RingFollowerTest, reads_each_record_once_where_it_lies) {
  ring.write(1);
  ring.write(2);
  ASSERT_TRUE(follower.read(burst));
  EXPECT_THAT(numbers_in(burst), ElementsAre(1, 2));
  EXPECT_EQ(burst.events[1].position, 16u);
  EXPECT_EQ(burst.events[1].size, 8u);
  EXPECT_EQ(burst.bytes, 32u);
  EXPECT_FALSE(follower.read(burst));
  EXPECT_EQ(follower.position(), 32u);
}

TEST_F(RingFollowerTest, reads_across_the_end_of_the_memory) {
  write_and_take(1, 3);
  follower.read(burst);
  const auto record = ring.reserve(24);  // 16 bytes at the end, 16 at the start
  for (std::uint64_t i = 0; i < 3; ++i) ring.put(*record, i, 100 + i);
  ring.commit(*record);
  ASSERT_TRUE(follower.read(burst));
  ASSERT_EQ(burst.events.size(), 1u);
  std::uint64_t words[3];
  std::memcpy(words, burst.events[0].data, sizeof words);
  EXPECT_THAT(words, ElementsAre(100, 101, 102));
}

TEST_F(RingFollowerTest, waits_for_a_record_that_is_under_way) {
  ring.write(1);
  const auto slow = ring.reserve(8);
  ring.write(3);
  ASSERT_TRUE(follower.read(burst));
  EXPECT_THAT(numbers_in(burst), ElementsAre(1));
  EXPECT_TRUE(follower.is_busy());
  EXPECT_FALSE(follower.read(burst));
  EXPECT_TRUE(follower.is_busy());
  EXPECT_EQ(follower.position(), *slow);
  ring.put(*slow, 0, 2);
  ring.commit(*slow);
  ASSERT_TRUE(follower.read(burst));
  EXPECT_THAT(numbers_in(burst), ElementsAre(2, 3));
  EXPECT_FALSE(follower.is_busy());
}

TEST_F(RingFollowerTest, skips_what_was_discarded) {
  ring.commit(*ring.reserve(8), true);
  ASSERT_TRUE(follower.read(burst));  // it has moved on
  EXPECT_THAT(burst.events, IsEmpty());
  EXPECT_THAT(burst.lost, IsEmpty());
  ring.write(2);
  ASSERT_TRUE(follower.read(burst));
  EXPECT_THAT(numbers_in(burst), ElementsAre(2));
}

TEST_F(RingFollowerTest, stops_behind_as_many_as_were_asked_for) {
  for (std::uint64_t number = 1; number <= 3; ++number) ring.write(number);
  ASSERT_TRUE(follower.read(burst, 2));
  EXPECT_THAT(numbers_in(burst), ElementsAre(1, 2));
  EXPECT_EQ(follower.position(), 32u);
  ASSERT_TRUE(follower.read(burst, 2));
  EXPECT_THAT(numbers_in(burst), ElementsAre(3));
}

TEST_F(RingFollowerTest, what_was_overwritten_is_lost_and_what_waits_is_not) {
  write_and_take(1, 5);
  ring.write(6);
  ring.write(7);
  ASSERT_TRUE(follower.read(burst));
  EXPECT_EQ(lost_bytes(burst), 5u * 16);
  EXPECT_THAT(numbers_in(burst), ElementsAre(6, 7));
}

TEST_F(RingFollowerTest, a_record_whose_header_may_be_overwritten_already_is_lost) {
  // The producer stands one round ahead: it writes the next header before it moves.
  write_and_take(1, 4);
  ASSERT_TRUE(follower.read(burst));
  EXPECT_EQ(lost_bytes(burst), 64u);
  EXPECT_THAT(burst.events, IsEmpty());
}

TEST_F(RingFollowerTest, a_consumer_that_cannot_be_true_is_not_believed) {
  write_and_take(1, 5);
  for (const std::uint64_t lie :
       {std::uint64_t{0}, std::uint64_t{81}, UINT64_MAX, std::uint64_t{7777}}) {
    ring.set_consumer(lie);
    RingFollower other(ring.memory(), 0);
    ASSERT_TRUE(other.read(burst)) << lie;
    EXPECT_EQ(lost_bytes(burst), 80u) << lie;
    EXPECT_EQ(other.position(), 80u) << lie;
  }
}

TEST_F(RingFollowerTest, knows_where_to_begin) {
  EXPECT_EQ(oldest_position(ring.memory()), 0u);
  write_and_take(1, 3);
  ring.write(4);
  // Position 64 is one round: the first record may be on its way out.
  EXPECT_EQ(newest_position(ring.memory()), 64u);
  EXPECT_EQ(oldest_position(ring.memory()), 48u);
  EXPECT_EQ(waiting_position(ring.memory()), 48u);
}

TEST(RingFollower, what_was_taken_is_still_there_before_the_ring_came_round) {
  ModelRing ring(64, Kind::plain);
  ring.write(1);
  ring.write(2);
  ring.set_consumer(ring.producer());
  EXPECT_EQ(oldest_position(ring.memory()), 0u);
  RingFollower follower(ring.memory(), 0);
  Burst burst;
  follower.read(burst);
  EXPECT_THAT(numbers_in(burst), ElementsAre(1, 2));
}

TEST(RingFollower, reads_records_that_are_longer_than_a_chunk) {
  ModelRing ring(1 << 20, Kind::plain);
  constexpr std::uint32_t kSize = 700 << 10;
  const auto record = ring.reserve(kSize);
  ring.put(*record, kSize / 8 - 1, 77);
  ring.commit(*record);
  RingFollower follower(ring.memory(), 0);
  Burst burst;
  for (const std::uint64_t most : {std::uint64_t{1}, UINT64_MAX}) {
    RingFollower again(ring.memory(), 0);
    ASSERT_TRUE(again.read(burst, most));
    ASSERT_EQ(burst.events.size(), 1u);
    EXPECT_EQ(burst.events[0].size, kSize);
    std::uint64_t last = 0;
    std::memcpy(&last, burst.events[0].data + kSize - 8, sizeof last);
    EXPECT_EQ(last, 77u);
  }
}

TEST(RingFollower, records_that_a_ring_overwrites_are_lost_up_to_the_oldest_one) {
  ModelRing ring(64, Kind::overwrites);
  RingFollower follower(ring.memory(), 0);
  for (std::uint64_t number = 1; number <= 10; ++number) ring.write(number);
  EXPECT_EQ(oldest_position(ring.memory()), 7u * 16);
  Burst burst;
  ASSERT_TRUE(follower.read(burst));
  EXPECT_EQ(lost_bytes(burst), 7u * 16);
  EXPECT_THAT(numbers_in(burst), ElementsAre(8, 9, 10));
}

TEST(RingFollower, a_ring_that_user_space_filled_to_the_last_byte_is_read) {
  ModelRing ring(64, Kind::filled_by_user);
  for (std::uint64_t number = 1; number <= 4; ++number) ASSERT_TRUE(ring.write(number));
  ASSERT_FALSE(ring.write(5));
  RingFollower follower(ring.memory(), oldest_position(ring.memory()));
  Burst burst;
  ASSERT_TRUE(follower.read(burst));
  EXPECT_THAT(numbers_in(burst), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(burst.lost, IsEmpty());
}

TEST(RingFollower, lengths_that_lead_out_of_the_ring_are_said_and_left_out) {
  ModelRing ring(64, Kind::filled_by_user);
  ring.write(1);
  const auto record = ring.reserve(8);
  ring.commit(*record);
  const_cast<std::uint64_t&>(ring.memory().data[*record / 8]) = 4000;
  RingFollower follower(ring.memory(), 0);
  Burst burst;
  ASSERT_TRUE(follower.read(burst));
  EXPECT_THAT(numbers_in(burst), ElementsAre(1));
  EXPECT_EQ(lost_bytes(burst), 16u);
  EXPECT_TRUE(follower.is_broken());
  EXPECT_EQ(follower.position(), ring.producer());
}

TEST(RingFollower, positions_that_user_space_made_up_end_nowhere) {
  for (const std::uint64_t lie :
       {std::uint64_t{3}, std::uint64_t{1} << 63, UINT64_MAX, std::uint64_t{64}}) {
    ModelRing ring(64, Kind::filled_by_user);
    ring.write(1);
    RingFollower follower(ring.memory(), 16);
    ring.set_producer(lie);
    Burst burst;
    for (int i = 0; i < 20; ++i) follower.read(burst);
    EXPECT_EQ(follower.position() % 8, 0u) << lie;
  }
}

}  // namespace
}  // namespace bpfmaps::kernel
