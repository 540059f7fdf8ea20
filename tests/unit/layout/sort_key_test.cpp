// SPDX-License-Identifier: BSD-2-Clause
// Sorting: every shape in its order, stable, and no more kept than was asked for.
#include "layout/sort_key.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <random>

#include "unit/layout/flow.h"

namespace bpfmaps::layout {
namespace {

using ::testing::ElementsAre;
using testing::Flow;
using testing::FlowChunk;
using testing::FlowEntry;
using testing::FlowTypes;
using ::testing::HasSubstr;
using Direction = SortKey::Direction;
using Ids = std::vector<std::uint32_t>;

/// key.id of everything in `ranking`, which is sorted.
Ids ids_of(Ranking& ranking) {
  Ids ids;
  for (;;) {
    const Entries some = ranking.chunk(ids.size());
    if (some.count == 0) return ids;
    for (std::uint32_t i = 0; i < some.count; ++i)
      ids.push_back(load_as<std::uint32_t>(some.key(i) + offsetof(testing::FlowKey, id)));
  }
}

class OrderTest : public ::testing::Test {
 protected:
  SortKey order(std::string_view text, Direction usual = Direction::ascending) {
    auto made = SortKey::compile(types.spec(), text, usual);
    EXPECT_TRUE(made) << text << ": " << made.error().message();
    return *std::move(made);
  }
  std::string refusal(const RowSpec& spec, std::string_view text) {
    const auto made = SortKey::compile(spec, text, Direction::ascending);
    if (made) return "taken";
    EXPECT_EQ(made.error().kind, Kind::usage);
    return made.error().message() + " | " + made.error().hint;
  }
  Ranking ranking(const SortKey& by, std::uint64_t most = UINT64_MAX) {
    return Ranking(by, most, sizeof(testing::FlowKey), sizeof(Flow));
  }
  Ids sorted(std::string_view text, const std::vector<FlowEntry>& entries,
             std::uint64_t most = UINT64_MAX) {
    const SortKey by = order(text);
    Ranking all = ranking(by, most);
    all.add(FlowChunk(entries).entries(), 0);
    all.sort();
    return ids_of(all);
  }

  /// Entries with ids 0, 1, ... of which `set` sets a field to each of `values`.
  template <class Number, class Set>
  static std::vector<FlowEntry> with(const std::vector<Number>& values, Set set) {
    std::vector<FlowEntry> entries(values.size());
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      entries[i].key.id = i;
      set(entries[i], values[i]);
    }
    return entries;
  }

  FlowTypes types;
};

TEST_F(OrderTest, numbers_by_value) {
  EXPECT_THAT(sorted("s64", with<std::int64_t>({5, -1, INT64_MAX, INT64_MIN, 0},
                                               [](auto& entry, auto v) { entry.value.s64 = v; })),
              ElementsAre(3, 1, 4, 0, 2));
  EXPECT_THAT(
      sorted("u64:desc", with<std::uint64_t>({5, UINT64_MAX, 0},
                                             [](auto& entry, auto v) { entry.value.u64 = v; })),
      ElementsAre(1, 0, 2));
  EXPECT_THAT(sorted("wide", with<std::uint64_t>({2, 1, 0},
                                                 [](auto& entry, auto v) {
                                                   entry.value.wide = v | Wide{v / 2} << 64;
                                                 })),
              ElementsAre(2, 1, 0));
}

TEST_F(OrderTest, floats_by_value_and_nan_last) {
  const auto entries = with<double>(
      {1, std::numeric_limits<double>::quiet_NaN(), -1, -INFINITY, INFINITY, -0.0, 0.0},
      [](auto& entry, auto v) { entry.value.f64 = v; });
  EXPECT_THAT(sorted("f64", entries), ElementsAre(3, 2, 5, 6, 0, 4, 1));
  EXPECT_THAT(sorted("f64:desc", entries), ElementsAre(1, 4, 0, 5, 6, 2, 3));
}

TEST_F(OrderTest, text_byte_by_byte_up_to_its_end) {
  const auto entries =
      with<const char*>({"webserver9", "webserver1", "web", "", "Web", "\xff"},
                        [](auto& entry, auto v) { testing::set_text(entry.value.text, v); });
  EXPECT_THAT(sorted("text", entries), ElementsAre(3, 4, 2, 1, 0, 5));
  EXPECT_THAT(sorted("text:desc", entries), ElementsAre(5, 0, 1, 2, 4, 3));
}

TEST_F(OrderTest, addresses_by_network_order) {
  EXPECT_THAT(sorted("saddr", with<const char*>(
                                  {"10.0.0.2", "9.255.0.1", "10.0.0.1", "192.0.2.1"},
                                  [](auto& entry, auto v) { entry.key.saddr = inet_addr(v); })),
              ElementsAre(1, 2, 0, 3));
  EXPECT_THAT(sorted("v6", with<const char*>(
                               {"fe80::1", "::2", "::1", "2001:db8::"},
                               [](auto& entry, auto v) { inet_pton(AF_INET6, v, entry.key.v6); })),
              ElementsAre(2, 1, 3, 0));
}

TEST_F(OrderTest, equal_entries_stay_as_they_were_read) {
  const auto entries =
      with<std::uint8_t>({1, 0, 1, 0, 1}, [](auto& entry, auto v) { entry.value.u8 = v; });
  EXPECT_THAT(sorted("u8", entries), ElementsAre(1, 3, 0, 2, 4));
  EXPECT_THAT(sorted("u8:desc", entries), ElementsAre(0, 2, 4, 1, 3));
  EXPECT_THAT(sorted("u8:desc", entries, 2), ElementsAre(0, 2));
}

TEST_F(OrderTest, prefixes_by_address_then_length) {
  testing::Types made;
  for (const std::uint32_t size : {4u, 16u}) {
    const int u32 = made.integer("__u32", 4);
    Layout key = made.layout(made.structure(
        "prefix", 4 + size,
        {{"prefixlen", u32}, {"address", made.array(made.integer("__u8", 1), size), 32}}));
    key.make_prefix();
    const auto by =
        SortKey::compile({.key = &key, .value = &types.value()}, "key", Direction::ascending);
    ASSERT_TRUE(by);
    // Length, first byte and last byte of the address; and a number to tell them by.
    const unsigned char given[][4] = {
        {24, 10, 0, 2}, {8, 10, 0, 1}, {16, 10, 0, 1}, {32, 9, 255, 0}};
    std::vector<unsigned char> keys(std::size(given) * (4 + size)), values(std::size(given));
    for (std::size_t i = 0; i < std::size(given); ++i) {
      unsigned char* at = &keys[i * (4 + size)];
      at[0] = given[i][0], at[4] = given[i][1], at[4 + size - 1] = given[i][2];
      values[i] = given[i][3];
    }
    Ranking ranking(*by, UINT64_MAX, 4 + size, 1);
    ranking.add({keys.data(), values.data(), 4, 4 + size, 1}, 0);
    ranking.sort();
    const Entries sorted = ranking.chunk(0);
    EXPECT_EQ(std::vector<unsigned char>(sorted.values, sorted.values + 4),
              (std::vector<unsigned char>{0, 1, 1, 2}))
        << size;
    EXPECT_EQ(*sorted.key(1), 8) << size;
  }
}

// Several threads' parts, in any division, against the sort of the C++ library.
TEST_F(OrderTest, parts_and_limits_make_no_difference) {
  std::mt19937 source(1);
  const auto random = [&] { return static_cast<int>(source() >> 1); };
  for (const char* field : {"u8", "text", "f64:desc", "wide", "s64:desc"}) {
    std::vector<FlowEntry> entries(3000);
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      entries[i].key.id = i;
      entries[i].value.u8 = static_cast<std::uint8_t>(random() % 7);
      entries[i].value.s64 = random() % 100 - 50;
      entries[i].value.f64 = random() % 9 - 4.0;
      entries[i].value.wide =
          static_cast<Wide>(random() % 3) << 64 | static_cast<Wide>(random() % 3);
      testing::set_text(entries[i].value.text, "prefix" + std::to_string(random() % 50 * 1000));
    }
    const Ids all = sorted(field, entries);
    ASSERT_EQ(all.size(), entries.size());
    for (const std::size_t most :
         {std::size_t{0}, std::size_t{1}, std::size_t{10}, std::size_t{999}, entries.size() + 1}) {
      const SortKey by = order(field);
      std::vector<Ranking> threads;
      for (int i = 0; i < 3; ++i) threads.push_back(ranking(by, most));
      std::uint64_t part = 0;
      for (std::size_t at = 0; at < entries.size(); at += 100, ++part) {
        const std::vector<FlowEntry> some(entries.begin() + static_cast<std::ptrdiff_t>(at),
                                          entries.begin() + static_cast<std::ptrdiff_t>(at) + 100);
        threads[source() % 3].add(FlowChunk(some).entries(), part);
      }
      Ranking merged = ranking(by, most);
      for (Ranking& one : threads) merged.merge(std::move(one));
      merged.sort();
      EXPECT_EQ(
          ids_of(merged),
          Ids(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()))))
          << field << ", " << most;
    }
  }
}

TEST_F(OrderTest, directions) {
  const auto entries =
      with<std::uint8_t>({1, 3, 2}, [](auto& entry, auto v) { entry.value.u8 = v; });
  const SortKey down = order("u8", Direction::descending);
  Ranking all = ranking(down);
  all.add(FlowChunk(entries).entries(), 0);
  all.sort();
  EXPECT_THAT(ids_of(all), ElementsAre(1, 2, 0));
  EXPECT_THAT(sorted("u8:asc", entries), ElementsAre(0, 2, 1));
}

TEST_F(OrderTest, what_has_no_order_is_refused) {
  EXPECT_EQ(refusal(types.spec(), "u8:up"),
            "`up` is no direction | FIELD, FIELD:asc or FIELD:desc");
  EXPECT_THAT(refusal(types.spec(), "in"), HasSubstr("is not one value, and has no order"));
  EXPECT_THAT(refusal(types.spec(), "key"), HasSubstr("is not one value"));
  EXPECT_THAT(refusal(types.spec(), "zebra"), HasSubstr("there is no field `zebra`"));
  EXPECT_THAT(refusal(types.spec(), ":desc"), HasSubstr("the name of a field is missing"));
  RowSpec per_cpu = types.spec();
  per_cpu.cpus = {0, 1};
  EXPECT_THAT(refusal(per_cpu, "u8"),
              HasSubstr("has a value for each CPU, and an entry has one place"));
  EXPECT_EQ(refusal(per_cpu, "saddr"), "taken");
}

}  // namespace
}  // namespace bpfmaps::layout
