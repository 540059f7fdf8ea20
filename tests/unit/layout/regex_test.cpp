// SPDX-License-Identifier: BSD-2-Clause
// Patterns: what takes longer than anybody waits is given up, and told.
#include "layout/regex.h"

#include <gmock/gmock.h>

#include "base/caught.h"

namespace bpfmaps::layout {
namespace {

using ::testing::HasSubstr;

Status match(std::string_view pattern, std::string_view text, bool& fits) {
  const auto regex = Regex::compile(pattern);
  if (!regex) return fail(regex.error());
  return caught([&] { fits = RegexMatcher().matches(*regex, text); });
}

TEST(Regex, nested_repeats_and_back_references_end) {
  const std::string xs(60, 'x');
  for (const char* pattern :
       {"^(x+x+)+[yz]", "^(([a-z])+.)+[A-Z]([a-z])+$", "^(x*)*(x*)*\\1\\2y"}) {
    bool fits = true;
    const Status asked = match(pattern, xs, fits);
    if (asked) {
      EXPECT_FALSE(fits) << pattern;
      continue;
    }
    EXPECT_EQ(asked.error().kind, Kind::incomplete);
    EXPECT_THAT(asked.error().context, HasSubstr("a text of 60 bytes")) << pattern;
    EXPECT_THAT(asked.error().context, HasSubstr("limit exceeded")) << pattern;
    EXPECT_THAT(asked.error().subject, HasSubstr(pattern));
  }
  bool fits = false;
  const Status asked = match("^(x+x+)+[yz]", xs, fits);
  EXPECT_FALSE(asked) << "else this tests nothing";
}

TEST(Regex, deep_patterns_are_refused_or_matched) {
  const std::string deep = std::string(100'000, '(') + std::string(100'000, ')');
  EXPECT_FALSE(Regex::compile(deep));
  EXPECT_FALSE(Regex::compile("((((x{999}){999}){999}){999})"));
  bool fits = false;
  EXPECT_TRUE(match("^(?:(x)|y)+$", std::string(100'000, 'x'), fits)) << "a long text, one way";
  EXPECT_TRUE(fits);
}

TEST(Regex, one_pattern_serves_many_threads_and_texts) {
  const auto regex = Regex::compile("(.)\\1");
  ASSERT_TRUE(regex);
  const RegexMatcher one, other;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(one.matches(*regex, "abba"));
    EXPECT_FALSE(other.matches(*regex, "abab"));
  }
  EXPECT_FALSE(one.matches(*regex, {}));
}

}  // namespace
}  // namespace bpfmaps::layout
