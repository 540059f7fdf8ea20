// SPDX-License-Identifier: BSD-2-Clause
#include "cli/line.h"

#include <optional>
#include <utility>

namespace bpfmaps::cli {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

bool is_one_of(std::string_view characters, char c) {
  return characters.find(c) != characters.npos;
}

}  // namespace

Result<Line> split_line(std::string_view line) {
  Line result;
  std::optional<std::string> word;  // "" where only quotes were seen of it
  const auto end_word = [&] {
    if (word) result.words.push_back(*std::exchange(word, std::nullopt));
  };
  const auto add = [&word](char c) {
    if (!word) word.emplace();
    *word += c;
  };
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && quote != '\'') {
      const std::string_view rest = line.substr(i + 1);
      if (quote == 0 && rest.empty()) return result.goes_on = true, result;
      const std::string_view taken = quote == 0 ? "\\\"' \t#" : "\\\"";
      add(!rest.empty() && is_one_of(taken, rest[0]) ? line[++i] : c);
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        add(c);
    } else if (c == '\'' || c == '"') {
      quote = c;
      if (!word) word.emplace();
    } else if (is_one_of(kBlanks, c)) {
      end_word();
    } else if (c == '#' && !word) {
      break;
    } else {
      add(c);
    }
  }
  if (quote != 0)
    return fail(Error::usage("a quote (" + std::string(1, quote) + ") is not closed",
                             "a word ends on the line where it begins"));
  end_word();
  return result;
}

}  // namespace bpfmaps::cli
