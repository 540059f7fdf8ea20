// SPDX-License-Identifier: BSD-2-Clause
// Hints: what people type from other tools, and none that is far off.
#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/parse.h"
#include "commands/table.h"

namespace bpfmaps::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string hint(const std::string& line) {
  std::vector<std::string> words;
  for (const std::string_view word : split(line, ' ')) words.emplace_back(word);
  const auto request = parse(commands::table(), words);
  return request ? "taken" : request.error().context + " -> " + request.error().hint;
}

TEST(Habits, what_other_tools_call_it) {
  EXPECT_THAT(hint("map ls"), HasSubstr("`list`"));
  EXPECT_THAT(hint("map get /m key 1"), HasSubstr("`lookup`"));
  EXPECT_THAT(hint("list map"), HasSubstr("`map list`"));
  EXPECT_THAT(hint("map dump /m -o json"), HasSubstr("--json"));
  EXPECT_THAT(hint("map dump /m --yaml"), HasSubstr("--jsonl"));
  EXPECT_THAT(hint("map dump /m --reverse"), HasSubstr(":desc"));
  EXPECT_THAT(hint("map list --head 3"), HasSubstr("--limit N"));
  EXPECT_THAT(hint("prog list --wide"), HasSubstr("--fields"));
  EXPECT_THAT(hint("map dump --name flows"), HasSubstr("`name NAME`, without dashes"));
  EXPECT_THAT(hint("map dump id=5"), HasSubstr("`id 5`"));
  EXPECT_THAT(hint("map dump name=flows"), HasSubstr("`name flows`"));
  EXPECT_THAT(hint("map lookup /m 3"), HasSubstr("`key 3`"));
  EXPECT_THAT(hint("map update /m key XDP_PASS packets=1 bytes=2"),
              HasSubstr("`key XDP_PASS value packets=1 bytes=2`"));
  EXPECT_THAT(hint("prog attach /p xdp eth0"), HasSubstr("`dev eth0`"));
  EXPECT_THAT(hint("prog attach /p xdp dev eth0 mode skb"), HasSubstr("`generic`"));
  EXPECT_THAT(hint("prog attach /p xdp dev eth0 mode hw"), HasSubstr("`offload`"));
}

TEST(Habits, nothing_is_suggested_that_is_far_off) {
  for (const char* line : {"map dump /m --zzzz", "map dump /m --wide", "map dump /m --yaml"})
    for (const char* far : {"--raw`", "--pids`", "--verbose`", "--help`", "`--where`?"})
      EXPECT_THAT(hint(line), Not(HasSubstr(far))) << line;
  EXPECT_THAT(hint("map dump /m --limt 3"), HasSubstr("`--limit`"));
  EXPECT_THAT(hint("map dmup /m"), HasSubstr("`dump`"));
  EXPECT_THAT(hint("zzz list"), HasSubstr("one of map, prog"));
}

TEST(Habits, a_list_that_is_given_too_much_stays_a_list) {
  EXPECT_THAT(hint("map list extra"), HasSubstr("map list: `extra` is not understood"));
  EXPECT_THAT(hint("map list extra"), HasSubstr("map show name extra"));
  EXPECT_EQ(hint("map list id 7"), "taken");
}

TEST(Habits, topics_of_help) {
  for (const char* line : {"help where", "help json", "help data", "where --help"})
    EXPECT_EQ(hint(line), "taken") << line;
  EXPECT_NE(hint("where"), "taken");
}

}  // namespace
}  // namespace bpfmaps::cli
