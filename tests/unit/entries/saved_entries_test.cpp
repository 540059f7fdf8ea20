// SPDX-License-Identifier: BSD-2-Clause
// What is done with entries, on saved maps: without a kernel.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "entries/diff.h"
#include "entries/saved_map.h"
#include "entries/snapshots.h"

namespace bpfmaps::entries {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A saved hash map with keys and values of one byte.
class SavedEntriesTest : public testing::Test {
 protected:
  ~SavedEntriesTest() override {
    for (const std::string& path : paths_) std::remove(path.c_str());
  }

  static constexpr const char* kNone = "none";

  /// `entries` are pairs of hexadecimal bytes; `end` is the last line, or kNone.
  std::string file(const std::vector<std::pair<std::string, std::string>>& entries,
                   std::string end = "") {
    paths_.push_back(testing::TempDir() + "bpfmaps_saved_" + std::to_string(getpid()) + "_" +
                     std::to_string(paths_.size()));
    std::ofstream to(paths_.back());
    to << R"({"bpfmaps":"map","version":1,"map":{"id":7,"type":"hash","name":"made","flags":0,)"
       << R"("flag_names":[],"bytes_key":1,"bytes_value":1,"max_entries":100,"frozen":false},)"
       << R"("kernel":"6.18.0"})"
       << "\n";
    for (const auto& [key, value] : entries)
      to << R"({"key":")" << key << R"(","value":")" << value << "\"}\n";
    if (end.empty())
      end = R"({"end":{"entries":)" + std::to_string(entries.size()) + R"(,"complete":true}})";
    if (end != kNone) to << end << "\n";
    return paths_.back();
  }

  static std::unique_ptr<TypedMap> opened(const std::string& path) {
    auto map = open_saved_map(path, {});
    if (!map) throw std::runtime_error(map.error().subject + ": " + map.error().message());
    return *std::move(map);
  }

  std::vector<std::string> paths_;
};

TEST_F(SavedEntriesTest, a_snapshot_has_them_in_their_order) {
  const auto map = opened(file({{"03", "30"}, {"01", "10"}, {"02", "20"}}));
  const auto snapshot = take_snapshot(*map);
  ASSERT_TRUE(snapshot) << snapshot.error().message();
  ASSERT_EQ(snapshot->count(), 3U);
  std::vector<int> keys, values;
  for (auto at = layout::Snapshot::begin(); !snapshot->is_end(at); at = snapshot->next(at)) {
    keys.push_back(*snapshot->key(at));
    values.push_back(*snapshot->value(at));
  }
  EXPECT_THAT(keys, ElementsAre(3, 1, 2));
  EXPECT_THAT(values, ElementsAre(0x30, 0x10, 0x20));
}

TEST_F(SavedEntriesTest, a_snapshot_of_none_is_empty) {
  const auto map = opened(file({}));
  const auto snapshot = take_snapshot(*map);
  ASSERT_TRUE(snapshot) << snapshot.error().message();
  EXPECT_EQ(snapshot->count(), 0U);
  EXPECT_TRUE(snapshot->is_end(layout::Snapshot::begin()));
}

TEST_F(SavedEntriesTest, a_difference_is_an_entry_that_came_went_or_changed) {
  const auto before = opened(file({{"01", "10"}, {"02", "20"}, {"03", "30"}}));
  const auto now = opened(file({{"04", "40"}, {"03", "31"}, {"02", "20"}}));
  auto diff = MapDiff::make(*before, *now);
  ASSERT_TRUE(diff) << diff.error().message();
  std::vector<std::string> seen;
  const auto count = (*diff)->run(nullptr, nullptr, [&](const Difference& one) {
    const char sign = one.before == nullptr ? '+' : one.now == nullptr ? '-' : '~';
    seen.push_back(sign + std::to_string(*one.key));
  });
  ASSERT_TRUE(count) << count.error().message();
  EXPECT_EQ(*count, 3U);
  EXPECT_THAT(seen, ElementsAre("+4", "~3", "-1"));
}

TEST_F(SavedEntriesTest, a_map_does_not_differ_from_itself) {
  const std::string path = file({{"01", "10"}, {"02", "20"}});
  const auto before = opened(path), now = opened(path);
  auto diff = MapDiff::make(*before, *now);
  ASSERT_TRUE(diff) << diff.error().message();
  const auto count = (*diff)->run(nullptr, nullptr, [](const Difference&) { FAIL(); });
  ASSERT_TRUE(count) << count.error().message();
  EXPECT_EQ(*count, 0U);
}

TEST_F(SavedEntriesTest, a_file_that_is_not_whole_is_refused) {
  const auto short_of = open_saved_map(file({{"01", "10"}}, kNone), {});
  ASSERT_FALSE(short_of);
  EXPECT_EQ(short_of.error().kind, Kind::incomplete);
  const auto miscounted =
      open_saved_map(file({{"01", "10"}}, R"({"end":{"entries":2,"complete":true}})"), {});
  ASSERT_FALSE(miscounted);
}

TEST_F(SavedEntriesTest, a_value_that_does_not_fit_names_its_line) {
  const auto wrong = open_saved_map(file({{"01", "10"}, {"02", "20 20"}}), {});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, Kind::invalid);
  EXPECT_THAT(wrong.error().subject + wrong.error().message(), HasSubstr("line 3"));
}

}  // namespace
}  // namespace bpfmaps::entries
