// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/pins.h"

#include <gmock/gmock.h>

namespace bpfmaps {
namespace {

using kernel::PinEntry;
using testing::ElementsAre;
using Is = PinEntry::Is;

TEST(Pins, a_tree_is_drawn_with_the_lines_that_lead_to_each_pin) {
  const commands::PinEntries entries = {
      {.is = Is::directory, .path = "/b", .depth = 0},
      {.is = Is::directory, .path = "/b/d", .depth = 1},
      {.is = Is::pin, .path = "/b/d/one", .depth = 2},
      {.is = Is::directory, .path = "/b/d/e", .depth = 2},
      {.is = Is::pin, .path = "/b/d/e/two", .depth = 3},
      {.is = Is::directory, .path = "/b/last", .depth = 1},
      {.is = Is::pin, .path = "/b/last/three", .depth = 2},
      {.is = Is::directory, .path = "/c", .depth = 0},
      {.is = Is::pin, .path = "/c/four", .depth = 1},
  };
  EXPECT_THAT(commands::tree_labels(entries),
              ElementsAre("/b/",              //
                          "├── d/",           //
                          "│   ├── one",      //
                          "│   └── e/",       //
                          "│       └── two",  //
                          "└── last/",        //
                          "    └── three",    //
                          "/c/",              //
                          "└── four"));
}

TEST(Pins, a_record_says_what_is_known_and_nothing_else) {
  PinEntry entry{.is = Is::symlink, .path = "/b/x", .target = "y"};
  entry.status.st_mode = S_IFLNK | 0777;
  const auto record = commands::pin_record(entry);
  std::vector<std::string> names;
  for (const output::Field& field : record.fields()) names.push_back(field.name);
  EXPECT_THAT(names, ElementsAre("path", "kind", "uid", "gid", "mode", "target"));
  EXPECT_EQ(std::get<std::string>(record.find("mode")->data()), "0777");
}

}  // namespace
}  // namespace bpfmaps
