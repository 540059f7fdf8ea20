// SPDX-License-Identifier: BSD-2-Clause
// map list --watch and its kin: what comes, goes and grows, on a screen and as lines.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/json_lines.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ListWatchTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    done("map create " + pin("fills") + " type hash key u32 value u64 entries 64 name fills");
    map = Fd(must(bpf_obj_get(pin("fills").c_str()), "open"));
    id = std::to_string(map_id(map.get()));
  }
  /// One entry more, until the map is full.
  void fill() {
    if (entries < 64) put(map.get(), entries++, std::uint64_t{1});
  }

  Fd map;
  std::string id;
  std::uint32_t entries = 0;
};

TEST_F(ListWatchTest, the_screen_shows_what_fills) {
  Running watch(
      "map list --watch --interval 50ms --where id==" + id + " --fields id,name,entries,fill",
      On::terminal);
  EXPECT_TRUE(watch.shows("1 map", [this] { fill(); })) << watch.screen();
  EXPECT_TRUE(watch.shows("change", [this] { fill(); })) << watch.screen();
  EXPECT_TRUE(watch.shows(" % █", [this] { fill(); })) << watch.screen();
  EXPECT_TRUE(watch.shows("rows 1-1 of 1")) << watch.screen();
  watch.type("\n");
  EXPECT_TRUE(watch.shows("max_entries")) << watch.screen();
  watch.type("q");
  EXPECT_EQ(watch.end(), 0) << watch.err();
}

TEST_F(ListWatchTest, lines_say_what_grew) {
  Running watch("map list --watch --interval 50ms --jsonl --where id==" + id, On::pipe);
  ASSERT_TRUE(watch.wait_for(has_lines(1), [this] { fill(); }));
  const json line = lines_of(watch.out()).front();
  EXPECT_EQ(line["name"], "fills");
  EXPECT_GT(line["delta"]["entries"].get<int>(), 0) << line;
  EXPECT_TRUE(line.contains("ts"));
}

TEST_F(ListWatchTest, what_comes_and_goes_is_marked) {
  Running watch("pin list " + std::string(kBpffs) + " --watch --interval 50ms --jsonl", On::pipe);
  bool there = false;
  ASSERT_TRUE(watch.wait_for(
      [](const std::string& out) {
        return out.find("\"mark\":\"new\"") != out.npos &&
               out.find("\"mark\":\"gone\"") != out.npos;
      },
      [&] {
        done(there ? "pin rm " + pin("again") : "pin add map " + pin("fills") + " " + pin("again"));
        there = !there;
      }));
}

TEST_F(ListWatchTest, arrays_have_no_fill_and_are_not_counted) {
  done("map create " + pin("array") + " type array key 4 value 8 entries 9 name always");
  Running watch(
      "map list --watch --interval 50ms --json --count 2 --where "
      "name==\"always\"",
      On::pipe);
  EXPECT_EQ(watch.end(), 0) << watch.err();
  EXPECT_EQ(json::parse(watch.out()), json::array());
}

TEST_F(ListWatchTest, once_is_a_block_for_every_list) {
  for (const char* list : {"map list", "prog list", "link list", "pin list"})
    EXPECT_THAT(done(std::string(list) + " --watch --once --interval 20ms"), HasSubstr(" changed"))
        << list;
}

TEST_F(ListWatchTest, options_of_looks_go_with_watch_alone) {
  EXPECT_THAT(refused("map list --once", 2), HasSubstr("--watch looks again and again"));
  EXPECT_THAT(refused("map list --watch --quiet", 2), HasSubstr("--quiet"));
  EXPECT_THAT(refused("map list --watch --json", 2), HasSubstr("--count N"));
  EXPECT_THAT(refused("pin list --watch --tree", 2), HasSubstr("--tree"));
}

}  // namespace
}  // namespace bpfmaps::test
