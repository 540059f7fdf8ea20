// SPDX-License-Identifier: BSD-2-Clause
// Two looks compared: whatever came, went, changed or moved between them is told once.
#include "layout/snapshot.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>

namespace bpfmaps::layout {
namespace {

using Map = std::map<std::uint32_t, std::uint64_t>;
using Keys = std::vector<std::uint32_t>;

template <class Number>
Number number_at(const unsigned char* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

/// A look at `map` in the order of `keys`, in parts of three that are added last one first.
Snapshot look_at(const Map& map, const Keys& keys, std::uint64_t time_ns = 1) {
  Snapshot look(sizeof(std::uint32_t), sizeof(std::uint64_t));
  for (std::size_t part = (keys.size() + 2) / 3; part-- > 0;) {
    const std::size_t first = part * 3, count = std::min<std::size_t>(3, keys.size() - first);
    std::vector<std::uint64_t> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(map.at(keys[first + i]));
    Snapshot some(sizeof(std::uint32_t), sizeof(std::uint64_t));
    some.add({.keys = reinterpret_cast<const unsigned char*>(&keys[first]),
              .values = reinterpret_cast<const unsigned char*>(values.data()),
              .count = static_cast<std::uint32_t>(count),
              .key_stride = sizeof(std::uint32_t),
              .value_stride = sizeof(std::uint64_t)},
             part, time_ns + part);
    look.merge(std::move(some));
  }
  look.settle();
  return look;
}

Keys keys_of(const Map& map) {
  Keys keys;
  for (const auto& [key, _] : map) keys.push_back(key);
  return keys;
}

struct Told {
  Map came, gone;
  std::map<std::uint32_t, std::pair<std::uint64_t, std::uint64_t>> stayed;
  std::size_t times = 0;
  bool operator==(const Told&) const = default;
};

Told told_of(const Snapshot& before, const Snapshot& now) {
  Told told;
  compare(before, now, [&](auto at, auto was) {
    ++told.times;
    const auto key = number_at<std::uint32_t>(at ? now.key(*at) : before.key(*was));
    if (at && was) {
      EXPECT_EQ(number_at<std::uint32_t>(before.key(*was)), key);
      told.stayed[key] = {number_at<std::uint64_t>(before.value(*was)),
                          number_at<std::uint64_t>(now.value(*at))};
    } else if (at) {
      told.came[key] = number_at<std::uint64_t>(now.value(*at));
    } else {
      told.gone[key] = number_at<std::uint64_t>(before.value(*was));
    }
  });
  return told;
}

Told expected(const Map& before, const Map& now) {
  Told told;
  for (const auto& [key, value] : now) {
    if (const auto was = before.find(key); was != before.end())
      told.stayed[key] = {was->second, value};
    else
      told.came[key] = value;
  }
  for (const auto& [key, value] : before)
    if (!now.contains(key)) told.gone[key] = value;
  told.times = told.came.size() + told.gone.size() + told.stayed.size();
  return told;
}

TEST(LookTest, parts_are_put_in_order_and_keep_their_time) {
  const Map map{{1, 10}, {2, 20}, {3, 30}, {4, 40}};
  const Snapshot look = look_at(map, keys_of(map), 100);
  Keys keys;
  std::vector<std::uint64_t> times;
  for (EntryRef at = Snapshot::begin(); !look.is_end(at); at = look.next(at)) {
    keys.push_back(number_at<std::uint32_t>(look.key(at)));
    times.push_back(look.time_ns(at));
    EXPECT_EQ(look.number(at) + 1, keys.size());
  }
  EXPECT_THAT(keys, ::testing::ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(times, ::testing::ElementsAre(100, 100, 100, 101));
  EXPECT_EQ(look.count(), 4U);
}

TEST(LookTest, an_empty_look_compares_with_any_other) {
  const Map none, some{{1, 10}, {2, 20}};
  const Snapshot empty = look_at(none, {}), full = look_at(some, keys_of(some));
  EXPECT_EQ(told_of(empty, empty), Told());
  EXPECT_EQ(told_of(empty, full), expected(none, some));
  EXPECT_EQ(told_of(full, empty), expected(some, none));
}

TEST(LookTest, everything_is_told_once_whatever_changed_and_moved) {
  std::mt19937 chance(7);
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(chance() % end); };
  for (int round = 0; round < 200; ++round) {
    Map before, now;
    for (std::uint32_t i = below(60); i > 0; --i) before[below(100)] = chance();
    now = before;
    for (std::uint32_t i = below(20); i > 0; --i) now.erase(below(100));
    for (std::uint32_t i = below(20); i > 0; --i) now[below(100)] = chance();
    Keys first = keys_of(before), second = keys_of(now);
    if (round % 2 == 1) {
      std::shuffle(first.begin(), first.end(), chance);
      std::shuffle(second.begin(), second.end(), chance);
    }
    EXPECT_EQ(told_of(look_at(before, first), look_at(now, second)), expected(before, now));
  }
}

}  // namespace
}  // namespace bpfmaps::layout
