// SPDX-License-Identifier: BSD-2-Clause
// completions/bpfmaps.bash, driven by a real bash with what readline would hand to it. The words
// below are cut as bash cuts them, at blanks and at COMP_WORDBREAKS.
#include <gmock/gmock.h>

#include "base/text.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct Offers {
  std::vector<std::string> replies;
  std::string options;  ///< what compopt was told
};

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

// `line` up to the cursor; `pieces` of it; `typed` is the part of the last one that is completed.
Offers offers(const std::string& line, const std::vector<std::string>& pieces,
              const std::string& typed) {
  std::string script = "compopt() { echo \"compopt $*\"; }; complete() { :; }; source " +
                       quoted(std::string(BPFMAPS_SOURCE_DIR) + "/completions/bpfmaps.bash") +
                       "; COMP_LINE=" + quoted(line) +
                       " COMP_CWORD=" + std::to_string(pieces.size() - 1) + " COMP_WORDS=(";
  for (const std::string& piece : pieces) script += quoted(piece) + " ";
  script += "); _bpfmaps " + quoted(BPFMAPS_BINARY) + " " + quoted(typed) +
            " x; printf '%s\\n' \"${COMPREPLY[@]}\"";
  const auto ran = test::run({"bash", "--norc", "-c", script});
  EXPECT_EQ(ran.err, "") << line;
  Offers result;
  for (const std::string_view one : split(ran.out, '\n')) {
    if (one.starts_with("compopt "))
      result.options = one.substr(8);
    else if (!one.empty())
      result.replies.emplace_back(one);
  }
  return result;
}

TEST(BashCompletion, offers_verbs) {
  EXPECT_THAT(offers("bpfmaps map du", {"bpfmaps", "map", "du"}, "du").replies,
              ElementsAre("dump"));
  EXPECT_THAT(offers("bpfmaps  map ", {"bpfmaps", "map", ""}, "").replies, Contains("list"));
  EXPECT_EQ(offers("bpfmaps map du", {"bpfmaps", "map", "du"}, "du").options, "");
}

TEST(BashCompletion, puts_together_what_word_breaks_cut) {
  EXPECT_THAT(
      offers("bpfmaps map dump --cpu=su", {"bpfmaps", "map", "dump", "--cpu", "=", "su"}, "su")
          .replies,
      ElementsAre("sum"));
  EXPECT_THAT(
      offers("bpfmaps map dump --cpu=", {"bpfmaps", "map", "dump", "--cpu", "="}, "").replies,
      Contains("max"));
  EXPECT_THAT(
      offers("bpfmaps --color=never ma", {"bpfmaps", "--color", "=", "never", "ma"}, "ma").replies,
      ElementsAre("map"));
  // A word with a colon before the cursor's is one word: a map, not a map and something else.
  EXPECT_THAT(offers("bpfmaps map dump /a:b --cp",
                     {"bpfmaps", "map", "dump", "/a", ":", "b", "--cp"}, "--cp")
                  .replies,
              ElementsAre("--cpu"));
}

TEST(BashCompletion, reads_quotes_as_bash_does) {
  EXPECT_THAT(
      offers("bpfmaps map dump '/a b' --cp", {"bpfmaps", "map", "dump", "'/a b'", "--cp"}, "--cp")
          .replies,
      ElementsAre("--cpu"));
  EXPECT_THAT(offers("bpfmaps 'ma", {"bpfmaps", "'ma"}, "ma").replies, ElementsAre("map"));
}

TEST(BashCompletion, lets_readline_quote_and_shorten_paths) {
  const Offers files = offers("bpfmaps map dump --btf /sys/kerne",
                              {"bpfmaps", "map", "dump", "--btf", "/sys/kerne"}, "/sys/kerne");
  EXPECT_THAT(files.replies, ElementsAre("/sys/kernel"));
  EXPECT_EQ(files.options, "-o filenames");
}

TEST(BashCompletion, offers_everything_before_a_word_that_is_there) {
  EXPECT_THAT(offers("bpfmaps map dump", {"bpfmaps", "map"}, "").replies, Contains("prog"));
}

TEST(BashCompletion, is_silent_where_nothing_fits) {
  EXPECT_THAT(offers("bpfmaps mpa dump ", {"bpfmaps", "mpa", "dump", ""}, "").replies, IsEmpty());
}

}  // namespace
}  // namespace bpfmaps::cli
