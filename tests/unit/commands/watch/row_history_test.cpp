// SPDX-License-Identifier: BSD-2-Clause
// What rows did at the last looks.
#include "commands/watch/row_history.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace bpfmaps::commands {
namespace {

TEST(RowHistory, draws_the_last_looks_with_the_latest_on_the_right) {
  RowHistory<std::string> history;
  for (int look = 0; look < 40; ++look) {
    history.begin("packets");
    history.add("a", look);
  }
  const std::string drawn = history.drawn("a", false);
  EXPECT_EQ(display_width(drawn), 30U);
  EXPECT_TRUE(drawn.ends_with("█"));
  EXPECT_EQ(history.drawn("b", false), "");
}

TEST(RowHistory, forgets_what_is_gone_and_what_another_field_did) {
  RowHistory<std::string> history;
  history.begin("packets");
  history.add("a", 1);
  history.add("b", 1);
  history.begin("packets");
  history.add("b", 0);
  EXPECT_EQ(history.drawn("a", true), "#");  // as long as the look before is shown
  history.begin("packets");
  EXPECT_EQ(history.drawn("a", true), "");
  history.begin("bytes");
  EXPECT_EQ(history.drawn("b", true), "");
}

}  // namespace
}  // namespace bpfmaps::commands
