// SPDX-License-Identifier: BSD-2-Clause
#include "cli/words.h"

#include <gmock/gmock.h>

namespace bpfmaps::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Words, are_split_as_a_shell_does) {
  EXPECT_THAT(*split_words(R"(/x --where 'a == "b"' "c \" d" e\ f a#b # no 'more)"),
              ElementsAre("/x", "--where", "a == \"b\"", "c \" d", "e f", "a#b"));
  EXPECT_THAT(*split_words("a '' b\"c\"\r"), ElementsAre("a", "", "bc"));
  EXPECT_THAT(*split_words(" \t# all of it"), IsEmpty());
  EXPECT_THAT(*split_words(R"("a\b")"), ElementsAre("a\\b"));
}

TEST(Words, an_open_quote_is_an_error) {
  EXPECT_EQ(split_words("a 'b").error().kind, Kind::usage);
  EXPECT_EQ(split_words("a \"b\\\"").error().kind, Kind::usage);
}

}  // namespace
}  // namespace bpfmaps::cli
