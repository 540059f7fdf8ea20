// SPDX-License-Identifier: BSD-2-Clause
// Counters: which fields count, how much they grew, and what is never taken for growth.
#include "layout/counter.h"

#include <gmock/gmock.h>

#include <tuple>

#include "layout/change.h"
#include "layout/reduce.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Types;

constexpr std::uint64_t kTop32 = UINT32_MAX, kTop64 = UINT64_MAX;

TEST(GrowthTest, is_the_difference) {
  EXPECT_EQ(growth(5, 5, 32).by, 0U);
  EXPECT_EQ(growth(5, 105, 32).by, 100U);
  EXPECT_EQ(growth(0, kTop64, 64).by, kTop64);
}

TEST(GrowthTest, goes_around_at_the_width_of_the_field) {
  for (const auto& [before, now, bits, by] :
       {std::tuple{kTop32, std::uint64_t{0}, 32U, std::uint64_t{1}},
        {kTop32 - 9, 20, 32, 30},
        {kTop64, 0, 64, 1},
        {kTop64 - 99, 900, 64, 1000},
        {250, 4, 8, 10}}) {
    EXPECT_FALSE(growth(before, now, bits).down) << before << " to " << now;
    EXPECT_EQ(growth(before, now, bits).by, by) << before << " to " << now;
  }
}

TEST(GrowthTest, a_counter_that_was_set_back_did_not_grow) {
  for (const auto& [before, now, bits] : {std::tuple{std::uint64_t{100}, std::uint64_t{0}, 32U},
                                          {3'000'000'000, 0, 32},
                                          {kTop32, kTop32 - 1, 32},
                                          {kTop64 / 2, 7, 64},
                                          {200, 100, 8},
                                          {7, 0, 3}}) {
    EXPECT_TRUE(growth(before, now, bits).down) << before << " to " << now;
    EXPECT_EQ(growth(before, now, bits).by, before - now);
    EXPECT_LT(growth(before, now, bits).signed_by(), 0);
  }
}

/// struct { __u64 packets; __u32 errors; enum state; __s32 drift; __u32 hits[2]; __u8 low:4; }
class CounterTest : public ::testing::Test {
 protected:
  CounterTest() {
    const int u64 = types.integer("__u64", 8), u32 = types.integer("__u32", 4);
    const int state = types.enumeration("state", 4, {{"NEW", 0}});
    const int hits = types.array(u32, 2);
    const int s32 = types.signed_integer("__s32", 4), u8 = types.integer("__u8", 1);
    id = types.structure("stats", 40,
                         {{"packets", u64, 0},
                          {"errors", u32, 64},
                          {"state", state, 96},
                          {"drift", s32, 128},
                          {"hits", hits, 160},
                          {"low", u8, 224, 4}});
    value.emplace(types.layout(id));
  }
  RowSpec spec() const { return {.key = &key, .value = &*value}; }
  Result<std::vector<Counter>> named(std::vector<std::string_view> names) const {
    return named_counters(spec(), *value, names);
  }

  Types types;
  int id = 0;
  Layout key = Layout::index();
  std::optional<Layout> value;
};

std::vector<std::string> paths(const std::vector<Counter>& counters) {
  std::vector<std::string> all;
  for (const Counter& counter : counters)
    all.push_back(counter.path + ":" + std::to_string(counter.bits));
  return all;
}

TEST_F(CounterTest, unsigned_integers_of_the_value_may_count) {
  EXPECT_THAT(paths(possible_counters(spec(), *value)),
              ElementsAre("packets:64", "errors:32", "hits[0]:32", "hits[1]:32", "low:4"));
}

TEST_F(CounterTest, sums_are_wider_and_wrap_where_the_field_does) {
  const Reduction sum(*value, Reduce::sum, 2, 40);
  const RowSpec shown{.key = &key, .value = &sum.layout()};
  const auto counters = possible_counters(shown, *value);
  EXPECT_THAT(paths(counters),
              ElementsAre("packets:64", "errors:32", "hits[0]:32", "hits[1]:32", "low:4"));
  EXPECT_TRUE(counters[1].is_wide);

  struct Slot {
    std::uint64_t packets;
    std::uint32_t errors, rest[7];
  };
  const Slot before[2] = {{1, UINT32_MAX - 4, {}}, {2, 1000, {}}},
             now[2] = {{1, 5, {}}, {2, 1000, {}}};
  std::vector<unsigned char> was(sum.size()), is(sum.size());
  sum.apply(reinterpret_cast<const unsigned char*>(before), was.data());
  sum.apply(reinterpret_cast<const unsigned char*>(now), is.data());
  EXPECT_FALSE(counters[1].growth(was.data(), is.data()).down);
  EXPECT_EQ(counters[1].growth(was.data(), is.data()).by, 10U);
}

TEST_F(CounterTest, named_ones_are_any_integers_of_the_value) {
  const auto counters = named({"drift", "value.hits[1]"});
  ASSERT_TRUE(counters) << counters.error().message();
  EXPECT_THAT(paths(*counters), ElementsAre("drift:32", "value.hits[1]:32"));
  EXPECT_EQ((*counters)[1].offset, 24U);
  for (const auto& [name, why] :
       {std::pair{"nope", "no field"}, {"state", "no integer"}, {"key", "counts nothing"}}) {
    const auto refused = named({name});
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().kind, Kind::usage);
    EXPECT_THAT(refused.error().message(), HasSubstr(why));
  }
}

TEST_F(CounterTest, an_array_or_a_struct_that_is_named_stands_for_all_in_it) {
  const auto hits = named({"hits"});
  ASSERT_TRUE(hits) << hits.error().message();
  EXPECT_THAT(paths(*hits), ElementsAre("hits[0]:32", "hits[1]:32"));
  EXPECT_EQ((*hits)[1].offset, 24U);
  const auto all = named({"value"});
  ASSERT_TRUE(all) << all.error().message();
  EXPECT_THAT(paths(*all), ElementsAre("value.packets:64", "value.errors:32", "value.drift:32",
                                       "value.hits[0]:32", "value.hits[1]:32", "value.low:4"));
}

TEST_F(CounterTest, lie_in_arrays_of_structs_too) {
  const int u64 = types.integer("__u64", 8), u8 = types.integer("__u8", 1);
  const int record = types.structure("record", 16, {{"packets", u64}, {"bytes", u64, 64}});
  const Layout rx = types.layout(types.structure(
      "rx", 56,
      {{"of", types.array(record, 2)}, {"name", types.array(u8, 8), 256}, {"n", u64, 320}}));
  const RowSpec shown{.key = &key, .value = &rx};
  EXPECT_THAT(paths(possible_counters(shown, rx)),
              ElementsAre("of[0].packets:64", "of[0].bytes:64", "of[1].packets:64",
                          "of[1].bytes:64", "n:64"))
      << "an array of single bytes is no array of counters";
  // Sums are wider, elements too.
  const Reduction sum(rx, Reduce::sum, 2, 56);
  const auto summed = possible_counters({.key = &key, .value = &sum.layout()}, rx);
  ASSERT_EQ(summed.size(), 5U);
  EXPECT_EQ(summed[2].offset, sum.layout().root().children[0].children[0].size);
}

TEST_F(CounterTest, of_long_arrays_are_those_at_the_beginning_or_named) {
  const Layout many = types.layout(types.array(types.integer("__u64", 8), 5000));
  const RowSpec shown{.key = &key, .value = &many};
  EXPECT_EQ(possible_counters(shown, many).size(), 256U);
  EXPECT_EQ(named_counters(shown, many, std::vector<std::string_view>{"value"})->size(), 5000U);
}

TEST_F(CounterTest, rates_are_by_the_time_between_the_reads) {
  const Counter packets = possible_counters(spec(), *value).front();
  const std::uint64_t was[5] = {100}, is[5] = {160};
  Change change{.key = nullptr,
                .before = reinterpret_cast<const unsigned char*>(was),
                .now = reinterpret_cast<const unsigned char*>(is),
                .elapsed_ns = 250'000'000};
  EXPECT_DOUBLE_EQ(*change.rate(packets), 240);
  std::swap(change.before, change.now);
  EXPECT_FALSE(change.rate(packets)) << "it went down";
  change.before = nullptr;
  EXPECT_FALSE(change.growth(packets)) << "it is new";
}

TEST_F(CounterTest, the_fastest_come_first_and_what_did_not_change_last) {
  const Counter packets = possible_counters(spec(), *value).front();
  const std::uint64_t values[][5] = {{0}, {10}, {30}, {20}, {5}};
  const auto at = [&](int i) { return reinterpret_cast<const unsigned char*>(values[i]); };
  const auto order_of = [&](const ChangeOrder* standing, std::uint64_t most) {
    Selection selection(standing, most);
    selection.add({.before = at(4), .now = at(4), .elapsed_ns = 1, .cpu = 0, .same = true});
    selection.add({.before = nullptr, .now = at(1), .cpu = 1});
    for (const std::uint32_t i : {1U, 2U, 3U})
      selection.add(
          {.before = at(0), .now = at(static_cast<int>(i)), .elapsed_ns = 1, .cpu = i + 1});
    std::vector<std::uint32_t> order;
    for (const Change& change : std::move(selection).take()) order.push_back(change.cpu);
    return order;
  };
  const ChangeOrder fastest(packets, SortKey::Direction::descending);
  const ChangeOrder slowest(packets, SortKey::Direction::ascending);
  EXPECT_THAT(order_of(&fastest, 99), ElementsAre(3, 4, 2, 1, 0));
  EXPECT_THAT(order_of(&slowest, 99), ElementsAre(2, 4, 3, 1, 0));
  EXPECT_THAT(order_of(&fastest, 2), ElementsAre(3, 4));
  EXPECT_THAT(order_of(nullptr, 99), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(order_of(nullptr, 2), ElementsAre(0, 1));
}

}  // namespace
}  // namespace bpfmaps::layout
