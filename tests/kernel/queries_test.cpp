// SPDX-License-Identifier: BSD-2-Clause
// Queries asked of maps that several threads read: the answers are those that one finds in a full
// dump by hand.
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "base/number.h"
#include "kernel/crowd.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"

namespace bpfmaps::test {
namespace {

constexpr std::uint32_t kMembers = 20000;

class QuestionsTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    maps.emplace("crowd");
    put_members(maps->map("members"), kMembers);
    maps->pin_maps(kBpffs);
  }

  /// Keys in the order of the answer.
  static std::vector<std::uint32_t> ids(std::vector<std::string> options) {
    options.insert(options.begin(), {"map", "dump", pin("members")});
    std::vector<std::uint32_t> found;
    for (const Json& entry : ask(options)) found.push_back(entry["key"]);
    return found;
  }

  /// `wanted` members, in the order of `all`.
  static std::vector<std::uint32_t> picked(const std::vector<std::uint32_t>& all,
                                           const std::function<bool(const Member&)>& wanted) {
    std::vector<std::uint32_t> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [&](std::uint32_t id) { return wanted(member(id)); });
    return some;
  }

  std::optional<Fixture> maps;
};

TEST_F(QuestionsTest, where_keeps_what_fits_in_the_order_of_the_dump) {
  const auto all = ids({});
  ASSERT_EQ(all.size(), kMembers);
  EXPECT_EQ(ids({"--where", "group == 3 && balance < 0"}),
            picked(all, [](const Member& one) { return one.group == 3 && one.balance < 0; }));
  EXPECT_EQ(ids({"--where", "name =~ '^m9.$' || points & 0x400 && balance in (1, -1)"}),
            picked(all, [](const Member& one) {
              const std::string name(one.name);
              return (name.size() == 3 && name.starts_with("m9")) ||
                     ((one.points & 0x400) != 0 && std::abs(one.balance) == 1);
            }));
  EXPECT_EQ(ids({"--where", "key < 5"}).size(), 5);
  EXPECT_TRUE(ids({"--where", "group == 97"}).empty());
}

TEST_F(QuestionsTest, sort_and_top_and_limit) {
  auto all = ids({});
  const auto by_name = [](std::uint32_t a, std::uint32_t b) {
    return std::string(member(a).name) < member(b).name;
  };
  EXPECT_EQ(ids({"--limit", "10"}), std::vector(all.begin(), all.begin() + 10));
  EXPECT_EQ(ids({"--limit", "5000"}), std::vector(all.begin(), all.begin() + 5000));
  std::stable_sort(all.begin(), all.end(), by_name);
  EXPECT_EQ(ids({"--sort", "name"}), all) << "equal ones stay in the order of the dump";
  EXPECT_EQ(ids({"--sort", "name", "--limit", "300"}), std::vector(all.begin(), all.begin() + 300));
  std::sort(all.begin(), all.end(),
            [](auto a, auto b) { return member(a).points > member(b).points; });
  EXPECT_EQ(ids({"--sort", "points", "--top", "20"}), std::vector(all.begin(), all.begin() + 20));
}

TEST_F(QuestionsTest, count) {
  const Json counted = ask({"map", "count", pin("members"), "--where", "group < 10"});
  const auto all = ids({});
  EXPECT_EQ(counted["entries"], kMembers);
  EXPECT_EQ(counted["matching"],
            picked(all, [](const Member& one) { return one.group < 10; }).size());
  EXPECT_EQ(counted["max_entries"], 65536);
  EXPECT_DOUBLE_EQ(counted["fill"], kMembers / 65536.0);
}

TEST_F(QuestionsTest, each_cpu_is_asked_and_the_sum_is_another_question) {
  for (std::uint32_t id = 0; id < kMembers; ++id)
    put_per_cpu(maps->map("counters"), id, std::vector<std::uint64_t>{id % 10, id % 7});
  const auto count = [&](const std::string& expression, const std::string& cpu) {
    return ask({"map", "count", pin("counters"), "--where", expression, "--cpu", cpu})["matching"]
        .get<std::uint32_t>();
  };
  std::uint32_t any = 0, sum = 0;
  for (std::uint32_t id = 0; id < kMembers; ++id) {
    any += id % 10 == 6 || id % 7 == 6;
    sum += id % 10 + id % 7 == 6;
  }
  EXPECT_EQ(count("value == 6", "each"), any);
  EXPECT_EQ(count("value == 6", "sum"), sum);
}

TEST_F(QuestionsTest, delete_where_deletes_what_dump_shows) {
  const auto kept = picked(ids({}), [](const Member& one) { return one.group % 2 == 0; });
  const std::vector<std::string> odd = {"--where", "group & 1"};
  const auto deleted = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"map", "delete", pin("members")});
    options.insert(options.end(), odd.begin(), odd.end());
    return ask(options);
  };
  const auto matching = kMembers - kept.size();
  EXPECT_EQ(deleted({"--dry-run"}), (Json{{"matching", matching}, {"deleted", 0}}));
  EXPECT_EQ(ids({}).size(), kMembers);
  EXPECT_EQ(deleted({}), (Json{{"matching", matching}, {"deleted", matching}}));
  EXPECT_EQ(ids({}), kept);
  EXPECT_EQ(ask({"map", "clear", pin("members")}),
            (Json{{"entries", kept.size()}, {"deleted", kept.size()}}));
  EXPECT_TRUE(ids({}).empty());
}

// The keys of a trie are read one after the other, each found by the one before.
TEST_F(QuestionsTest, a_trie_shrinks_by_what_is_asked_for) {
  for (std::uint32_t i = 0; i < 1000; ++i)
    put(maps->map("nets"), std::pair<std::uint32_t, std::uint32_t>{32, __builtin_bswap32(i << 8)},
        i);
  EXPECT_EQ(
      ask({"map", "delete", pin("nets"), "--where", "key in 0.0.128.0/17 && value & 1"})["deleted"],
      64);
  EXPECT_EQ(ask({"map", "count", pin("nets")})["entries"], 936);
}

}  // namespace
}  // namespace bpfmaps::test
