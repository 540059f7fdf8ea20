// SPDX-License-Identifier: BSD-2-Clause
#include "cli/line.h"

#include <gmock/gmock.h>

namespace bpfmaps::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> words(std::string_view line) {
  const auto split = split_line(line);
  EXPECT_TRUE(split) << line;
  EXPECT_FALSE(split && split->goes_on) << line;
  return split ? split->words : std::vector<std::string>{"refused"};
}

TEST(SplitLine, tells_words_apart_by_blanks) {
  EXPECT_THAT(words(" map \t dump\tid  7\r\n"), ElementsAre("map", "dump", "id", "7"));
  EXPECT_THAT(words(""), IsEmpty());
  EXPECT_THAT(words(" \t "), IsEmpty());
}

TEST(SplitLine, takes_quoted_text_for_part_of_a_word) {
  EXPECT_THAT(words("value '{\"a\": 1}'"), ElementsAre("value", "{\"a\": 1}"));
  EXPECT_THAT(words("comm=\"a b\" '' x"), ElementsAre("comm=a b", "", "x"));
  EXPECT_THAT(words(R"("a\"b\\c" 'a\b')"), ElementsAre("a\"b\\c", "a\\b"));
  EXPECT_THAT(words("a'b'\"c\"d"), ElementsAre("abcd"));
}

TEST(SplitLine, ends_at_a_comment) {
  EXPECT_THAT(words("# all of it"), IsEmpty());
  EXPECT_THAT(words("map list # 'the rest"), ElementsAre("map", "list"));
  EXPECT_THAT(words("name a#b '#c' \\#d"), ElementsAre("name", "a#b", "#c", "#d"));
}

// systemd and the like put such names into a bpffs, and bpftool's batch files hold them as they
// are.
TEST(SplitLine, leaves_a_backslash_before_a_letter_alone) {
  EXPECT_THAT(words(R"(/sys/fs/bpf/a\x2db "a\n")"), ElementsAre("/sys/fs/bpf/a\\x2db", "a\\n"));
  EXPECT_THAT(words(R"(a\ b \'c \"d \\)"), ElementsAre("a b", "'c", "\"d", "\\"));
}

TEST(SplitLine, goes_on_behind_a_backslash_at_its_end) {
  EXPECT_TRUE(split_line("map update \\")->goes_on);
  EXPECT_TRUE(split_line("map update\\")->goes_on);
  EXPECT_FALSE(split_line("map update \\\\")->goes_on);
  EXPECT_FALSE(split_line("map list # \\")->goes_on);
}

TEST(SplitLine, refuses_a_quote_that_is_not_closed) {
  for (const char* line : {"value '{\"a\"}", "value \"a", "it's", "\"a\\\"", "\"a\\"}) {
    const auto split = split_line(line);
    ASSERT_FALSE(split) << line;
    EXPECT_EQ(split.error().kind, Kind::usage);
    EXPECT_THAT(split.error().context, HasSubstr("is not closed"));
  }
}

}  // namespace
}  // namespace bpfmaps::cli
