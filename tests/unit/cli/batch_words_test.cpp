// SPDX-License-Identifier: BSD-2-Clause
// `batch` is an object that does one thing: it has no verb. Its files hold bpftool's words.
#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/complete.h"
#include "cli/grammar.h"
#include "cli/help.h"
#include "cli/man.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "commands/table.h"

namespace bpfmaps::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (const std::string_view word : split(line, ' ')) words.emplace_back(word);
  return words;
}

Result<Request> read(std::string_view line) { return parse(commands::table(), words_of(line)); }

TEST(BatchWords, are_an_object_and_a_file) {
  for (const char* line : {"batch f", "batch file f", "--json batch f", "batch f --keep-going"}) {
    const auto request = read(line);
    ASSERT_TRUE(request) << line << ": " << request.error().context;
    EXPECT_EQ(name_of(*request->command), "batch");
    EXPECT_EQ(request->word("FILE"), "f");
  }
  EXPECT_EQ(read("batch -")->word("FILE"), "-");
}

TEST(BatchWords, are_told_without_a_verb) {
  EXPECT_EQ(read("batch").error().context, "batch: `FILE` is missing");
  EXPECT_FALSE(read("batch f keep_going"));
  EXPECT_EQ(read("batch f g").error().context, "batch: `g` is not understood here");
  EXPECT_THAT(read("batch f --where x").error().context,
              HasSubstr("batch: --where is not one of its options"));
  const Command* batch = find_command(commands::table(), "batch", "");
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(grammar(*batch), "batch [file] FILE [--keep-going] [--dry-run]");
  for (const char* line : {"batch help", "batch --help", "help batch"})
    EXPECT_THAT(help(commands::table(), *read(line)),
                HasSubstr("usage: bpfmaps batch [file] FILE"));
  EXPECT_THAT(man_page(commands::table(), "batch"), HasSubstr("\n.Cm batch\n"));
  EXPECT_THAT(man_page(commands::table(), ""), Not(HasSubstr(".Cm \n")));
}

TEST(BatchWords, are_completed) {
  const auto words = [](std::string_view before, const std::string& current) {
    std::vector<std::string> texts;
    for (const Candidate& one : complete(commands::table(), words_of(before), current).words)
      texts.push_back(one.text);
    return texts;
  };
  EXPECT_THAT(words("", "ba"), ElementsAre("batch"));
  EXPECT_THAT(words("batch f", "--keep"), ElementsAre("--keep-going"));
  const Completion file = complete(commands::table(), words_of("batch"), "");
  ASSERT_EQ(file.values.size(), 1u);
  EXPECT_EQ(file.values[0].takes, Takes::file);
}

// bpftool's `key hex fd 00 00 00` was taken for `fd N`.
TEST(BatchWords, are_bytes_behind_hex_though_they_spell_keywords) {
  const auto request = read("map update id 7 key hex fd 00 00 fd value hex 01 fd any");
  ASSERT_TRUE(request) << request.error().context;
  EXPECT_THAT(request->find("key")->words, ElementsAre("hex", "fd", "00", "00", "fd"));
  EXPECT_THAT(request->find("value")->words, ElementsAre("hex", "01", "fd"));
  EXPECT_EQ(read("map update id 7 fd 3 value hex 01")->number("fd", 0), 3u);
}

}  // namespace
}  // namespace bpfmaps::cli
