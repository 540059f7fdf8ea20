// SPDX-License-Identifier: BSD-2-Clause
// A producer, an owner and a follower at the same time on one small ring, each on a thread: the
// follower sees every record whole and once, or knows how many bytes it missed. Also run under
// ThreadSanitizer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "support/model_ring.h"

namespace bpfmaps::kernel {
namespace {

using test::ModelRing;
using Kind = ModelRing::Kind;

constexpr std::uint64_t kRecords = 100'000;

// A record of number n has 1 to 8 words: n, and words that depend on n and their place.
std::uint64_t words_of(std::uint64_t number) { return 1 + number * 7 % 8; }
std::uint64_t word_of(std::uint64_t number, std::uint64_t index) {
  return index == 0 ? number : (number + index) * 0x9e3779b97f4a7c15;
}
bool is_discarded(std::uint64_t number) { return number % 11 == 0; }

void produce(ModelRing& ring) {
  for (std::uint64_t number = 1; number <= kRecords;) {
    const auto record = ring.reserve(static_cast<std::uint32_t>(words_of(number) * 8));
    if (!record) {
      std::this_thread::yield();
      continue;
    }
    for (std::uint64_t i = 0; i < words_of(number); ++i) ring.put(*record, i, word_of(number, i));
    ring.commit(*record, is_discarded(number));
    ++number;
  }
}

// Takes one record after the other, as libbpf does.
void own(ModelRing& ring, std::uint64_t end) {
  std::uint64_t at = 0, number = 0;
  while (at < end) {
    const std::uint32_t header = at < ring.producer() ? ring.header(at) : ModelRing::kBusy;
    if ((header & ModelRing::kBusy) != 0) {
      std::this_thread::yield();
      continue;
    }
    ++number;
    for (std::uint64_t i = 0; i < words_of(number); ++i)
      ASSERT_EQ(ring.value(at, i), word_of(number, i)) << "the model itself is wrong";
    at += ModelRing::whole(header & ~ModelRing::kDiscarded);
    ring.set_consumer(at);
  }
}

std::uint64_t all_bytes() {
  std::uint64_t bytes = 0;
  for (std::uint64_t number = 1; number <= kRecords; ++number)
    bytes += ModelRing::whole(words_of(number) * 8);
  return bytes;
}

struct Seen {
  std::uint64_t records = 0, bytes = 0, lost = 0, torn = 0, doubled = 0, gaps = 0;
};

Seen follow(const ModelRing& ring, std::uint64_t end) {
  RingFollower follower(ring.memory(), 0);
  Burst burst;
  Seen seen;
  std::uint64_t last = 0;
  bool may_skip = false;
  while (follower.position() < end) {
    if (!follower.read(burst)) {
      std::this_thread::yield();
      continue;
    }
    seen.bytes += burst.bytes;
    if (!burst.lost.empty()) {
      seen.lost += burst.lost.front().bytes;
      may_skip = true;  // until the next record
    }
    for (const Event& event : burst.events) {
      std::uint64_t words[8] = {};
      std::memcpy(words, event.data, std::min<std::size_t>(event.size, sizeof words));
      const std::uint64_t number = words[0];
      bool whole = event.size == words_of(number) * 8 && !is_discarded(number);
      for (std::uint64_t i = 0; whole && i < words_of(number); ++i)
        whole = words[i] == word_of(number, i);
      ++seen.records;
      seen.torn += whole ? 0 : 1;
      seen.doubled += number <= last ? 1 : 0;
      std::uint64_t next = last + 1;
      if (is_discarded(next)) ++next;
      seen.gaps += number != next && !may_skip ? 1 : 0;
      last = number;
      may_skip = false;
    }
  }
  return seen;
}

void check(Kind kind, std::uint64_t size) {
  ModelRing ring(size, kind);
  const std::uint64_t end = all_bytes();
  std::thread producer([&] { produce(ring); });
  std::thread owner;
  if (kind != Kind::overwrites) owner = std::thread([&] { own(ring, end); });
  const Seen seen = follow(ring, end);
  producer.join();
  if (owner.joinable()) owner.join();
  EXPECT_EQ(seen.torn, 0u);
  EXPECT_EQ(seen.doubled, 0u);
  EXPECT_EQ(seen.gaps, 0u) << "records are missing, and nobody said so";
  EXPECT_EQ(seen.bytes + seen.lost, end);
  EXPECT_GT(seen.records, 0u);
}

TEST(RingModel, beside_an_owner_no_record_is_torn_doubled_or_missed_in_silence) {
  check(Kind::plain, 256);
  check(Kind::plain, 4096);
}

TEST(RingModel, nor_in_a_ring_that_overwrites) {
  check(Kind::overwrites, 256);
  check(Kind::overwrites, 4096);
}

TEST(RingModel, nor_in_one_that_user_space_fills) { check(Kind::filled_by_user, 256); }

}  // namespace
}  // namespace bpfmaps::kernel
