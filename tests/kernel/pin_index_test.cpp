// SPDX-License-Identifier: BSD-2-Clause
// PinIndex: the pins of objects, found by opening few of them.
#include <gmock/gmock.h>

#include "kernel/pin/index.h"
#include "kernel/pin_sandbox.h"
#include "support/bpfmaps.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using kernel::Noun;
using kernel::nouns;
using kernel::PinIndex;
using testing::ElementsAre;
using testing::IsEmpty;

class PinIndexTest : public PinTest {
 protected:
  void SetUp() override {
    PinTest::SetUp();
    if (IsSkipped()) return;
    map = map_id(count->map("packets"));
    pin_link(pin("d/link"));
  }

  std::uint32_t map = 0;
};

std::vector<std::string> paths_in(const PinIndex& index) {
  std::vector<std::string> all;
  index.for_each([&](Noun, std::uint32_t, const std::vector<std::string>& paths) {
    all.insert(all.end(), paths.begin(), paths.end());
  });
  return all;
}

TEST_F(PinIndexTest, holds_the_kinds_that_are_asked_for) {
  EXPECT_THAT(paths_in(kernel::all_pins(nouns({Noun::map}))), ElementsAre(pin("d/map")));
  EXPECT_THAT(paths_in(kernel::all_pins(nouns({Noun::prog}))), ElementsAre(pin("d/prog")));
  EXPECT_THAT(paths_in(kernel::all_pins(nouns({Noun::link}))), ElementsAre(pin("d/link")));
  EXPECT_THAT(paths_in(kernel::all_pins(nouns({Noun::prog, Noun::link}))),
              ElementsAre(pin("d/prog"), pin("d/link")));
  EXPECT_EQ(paths_in(kernel::all_pins()).size(), 3u);
}

TEST_F(PinIndexTest, finds_every_pin_of_an_object_where_there_are_few) {
  fs::create_directory(pin("e"));
  pin_fd(count->map("packets"), pin("e/elsewhere"));
  fs::create_symlink("../d/map", pin("e/symlink"));
  const PinIndex found = kernel::pins_of({.noun = Noun::map, .id = map});
  EXPECT_THAT(found.of(Noun::map, map), ElementsAre(pin("d/map"), pin("e/elsewhere")));
  EXPECT_FALSE(found.gap());
}

TEST_F(PinIndexTest, finds_those_with_likely_names_in_a_crowd_and_says_that_it_is_one) {
  for (int i = 0; i < 300; ++i) pin_fd(count->prog("count"), pin("d/p" + std::to_string(i)));
  fs::create_directory(pin("e"));
  pin_fd(count->map("packets"), pin("e/packets"));
  pin_fd(count->map("packets"), pin("e/z"));
  const PinIndex found =
      kernel::pins_of({.noun = Noun::map, .id = map, .name = "packets", .path = pin("d/map")});
  EXPECT_THAT(found.of(Noun::map, map), testing::IsSupersetOf({pin("d/map"), pin("e/packets")}));
  ASSERT_TRUE(found.gap());
  EXPECT_THAT(found.gap()->message(), testing::HasSubstr("not all were opened"));
  const PinIndex all = kernel::pins_of({.noun = Noun::map, .id = map, .all = true});
  EXPECT_THAT(all.of(Noun::map, map), ElementsAre(pin("d/map"), pin("e/packets"), pin("e/z")));
  EXPECT_FALSE(all.gap());
}

TEST_F(PinIndexTest, knows_the_path_it_was_given_however_many_pins_there_are) {
  for (int i = 0; i < 2100; ++i) pin_fd(count->prog("count"), pin("d/p" + std::to_string(i)));
  const PinIndex found = kernel::pins_of({.noun = Noun::map, .id = map, .path = pin("d/../d/map")});
  EXPECT_THAT(found.of(Noun::map, map), ElementsAre(pin("d/map")));
  EXPECT_TRUE(found.gap());
}

TEST_F(PinIndexTest, left_out_it_holds_nothing) {
  const PinIndex none = PinIndex::left_out();
  EXPECT_TRUE(none.is_left_out());
  EXPECT_THAT(paths_in(none), IsEmpty());
}

TEST_F(PinIndexTest, no_pins_are_shown_where_none_are_wanted) {
  const std::string ours = " --where id==" + std::to_string(map) + " --json";
  EXPECT_THAT(done("map list" + ours), testing::HasSubstr(pin("d/map")));
  EXPECT_THAT(done("map list --no-pins" + ours), testing::Not(testing::HasSubstr("pinned")));
  const std::string show = "map show pinned " + pin("d/map") + " --json";
  EXPECT_THAT(done(show), testing::HasSubstr(pin("d/map")));
  EXPECT_THAT(done(show + " --no-pins"), testing::Not(testing::HasSubstr("pinned")));
  for (const char* list : {"map list", "prog list", "link list"})
    EXPECT_THAT(refused(std::string(list) + " --no-pins --fields pinned", 2),
                testing::HasSubstr("`--no-pins` leaves out `pinned`"));
}

}  // namespace
}  // namespace bpfmaps::test
