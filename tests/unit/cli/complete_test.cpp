// SPDX-License-Identifier: BSD-2-Clause
#include "cli/complete.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "unit/cli/small_table.h"

namespace bpfmaps::cli {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// The cursor stands at the end of `line`; words are told apart by one space.
Completion at_end_of(std::string_view line) {
  std::vector<std::string> words;
  for (const std::string_view word : split(line, ' ')) words.emplace_back(word);
  if (words.empty()) words.emplace_back();
  const std::string current = words.back();
  words.pop_back();
  return complete(small::kSmallTable, words, current);
}

std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> all;
  for (const Candidate& candidate : at_end_of(line).words) all.push_back(candidate.text);
  return all;
}

std::vector<Takes> kinds(std::string_view line) {
  std::vector<Takes> all;
  for (const Wanted& wanted : at_end_of(line).values) all.push_back(wanted.takes);
  return all;
}

TEST(Complete, offers_objects_and_verbs_but_no_hidden_ones) {
  EXPECT_THAT(words(""), ElementsAre("map", "prog", "pin", "help"));
  EXPECT_THAT(words("p"), ElementsAre("prog", "pin"));
  EXPECT_THAT(words("-j map "), ElementsAre("list", "show", "dump", "update", "create", "help"));
  EXPECT_THAT(words("__inner "), IsEmpty());
  EXPECT_THAT(words("mpa "), IsEmpty());
  EXPECT_EQ(at_end_of("map d").words.front().doc, "every entry");
}

TEST(Complete, offers_a_choice_where_it_may_stand) {
  EXPECT_THAT(words("prog dump "), ElementsAre("id", "pinned", "name", "tag", "xlated", "jited"));
  EXPECT_THAT(words("prog dump jited "), ElementsAre("id", "pinned", "name", "tag"));
  EXPECT_THAT(words("prog dump jited id 7 "), ElementsAre("opcodes"));
  EXPECT_THAT(words("prog dump id 7 "), ElementsAre("xlated", "jited", "opcodes"));
}

TEST(Complete, offers_the_ways_to_name_an_object) {
  EXPECT_THAT(words("map dump "), ElementsAre("id", "pinned", "name"));
  EXPECT_THAT(words("prog show "), ElementsAre("id", "pinned", "name", "tag"));
  EXPECT_THAT(kinds("map dump /sys"), ElementsAre(Takes::map));
  EXPECT_THAT(words("map dump id "), IsEmpty());
  EXPECT_EQ(at_end_of("map dump id ").values.front().by, Selector::By::id);
  EXPECT_EQ(at_end_of("prog show tag ").values.front().by, Selector::By::tag);
  EXPECT_THAT(words("pin add "), ElementsAre("map", "prog", "link"));
  EXPECT_THAT(words("pin add link "), ElementsAre("id", "pinned"));
  EXPECT_THAT(kinds("pin add link id 3 "), ElementsAre(Takes::pin_path));
}

TEST(Complete, follows_the_grammar_to_the_cursor) {
  EXPECT_THAT(words("map update id 7 "), ElementsAre("key", "value", "any", "exist", "noexist"));
  EXPECT_THAT(words("map update id 7 key "), IsEmpty());
  EXPECT_THAT(kinds("map update id 7 key 1 "), ElementsAre(Takes::data));
  EXPECT_THAT(words("map update id 7 key 1 "), ElementsAre("value", "any", "exist", "noexist"));
  EXPECT_THAT(words("map update id 7 any key 1 "), ElementsAre("value"));
  EXPECT_THAT(kinds("prog load "), ElementsAre(Takes::object));
  EXPECT_THAT(kinds("prog load x "), ElementsAre(Takes::pin_path));
  EXPECT_THAT(words("prog load x /p "), ElementsAre("pinmaps", "map"));
  EXPECT_THAT(words("prog load x /p map "), ElementsAre("name", "idx"));
  EXPECT_THAT(kinds("prog load x /p map "), ElementsAre(Takes::map_name));
  EXPECT_THAT(words("prog load x /p map m "), ElementsAre("entries"));
  EXPECT_THAT(kinds("prog load x /p map m entries "), ElementsAre(Takes::number));
  EXPECT_THAT(kinds("prog load x /p map name "), ElementsAre(Takes::map_name));
  EXPECT_THAT(words("prog load x /p map name m "), ElementsAre("id", "pinned", "name"));
  EXPECT_THAT(words("prog attach id 1 xdp dev e mode "), ElementsAre("generic", "native"));
  EXPECT_THAT(words("prog attach id 1 xdp mode native "), ElementsAre("dev", "overwrite"));
  EXPECT_THAT(kinds("prog attach id 1 dev "), ElementsAre(Takes::interface));
  EXPECT_THAT(kinds("pin rm /a /b "), ElementsAre(Takes::pin));
  EXPECT_THAT(words("map dump nonsense "), IsEmpty());
}

TEST(Complete, hands_over_what_was_given_before) {
  const Completion completion = at_end_of("prog load x.o /p map name ");
  EXPECT_EQ(completion.command->verb, "load");
  EXPECT_EQ(completion.given.front().words.front(), "x.o");
  EXPECT_EQ(at_end_of("map dump id 7 --where ").given.front().selector.id, 7u);
  EXPECT_EQ(at_end_of("map update id 7 key a=1 value ").values.front().keyword, "value");
}

TEST(Complete, offers_options_that_fit_and_are_not_there_yet) {
  EXPECT_THAT(words("map dump id 7 --"), AllOf(Contains("--where"), Contains("--json")));
  EXPECT_THAT(words("map list --"), Not(Contains("--where")));
  EXPECT_THAT(words("--"), AllOf(Contains("--json"), Not(Contains("--where"))));
  EXPECT_THAT(words("map dump --limit 3 --li"), IsEmpty());
  EXPECT_THAT(words("map dump id 7 "), ElementsAre("--where", "--limit", "--cpu"));
  EXPECT_THAT(words("map dump -- --"), IsEmpty());
}

TEST(Complete, offers_the_argument_of_an_option) {
  EXPECT_THAT(words("map dump --cpu "), ElementsAre("each", "sum", "min", "max", "avg"));
  EXPECT_THAT(words("map --color a"), ElementsAre("auto", "always"));
  EXPECT_THAT(kinds("map dump --where "), ElementsAre(Takes::expression));
  EXPECT_THAT(kinds("map dump --where x "), ElementsAre(Takes::map));
  const Completion glued = at_end_of("map dump --cpu=m");
  EXPECT_EQ(glued.glued, "--cpu=");
  EXPECT_EQ(glued.typed, "m");
  EXPECT_THAT(glued.words, SizeIs(2));
  EXPECT_THAT(at_end_of("map dump --json=").words, IsEmpty());
}

TEST(Complete, reads_words_as_a_shell_does) {
  EXPECT_EQ(unquoted("plain"), "plain");
  EXPECT_EQ(unquoted(R"(/a\ b\$c)"), "/a b$c");
  EXPECT_EQ(unquoted(R"("/a b\$\x)"), R"(/a b$\x)");
  EXPECT_EQ(unquoted(R"('/a\ b'\''c)"), R"(/a\ b'c)");
  EXPECT_EQ(unquoted(R"(x"y z"'w')"), "xy zw");
  EXPECT_EQ(unquoted("end\\"), "end\\");
}

}  // namespace
}  // namespace bpfmaps::cli
