// SPDX-License-Identifier: BSD-2-Clause
#include "layout/query_tokens.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace bpfmaps::layout {
namespace {

// Longer ones first: `<=` is no `<`.
constexpr std::string_view kSigns[] = {"&&", "||", "==", "!=", "<=", ">=", "=~", "!~",
                                       "=",  "<",  ">",  "!",  "&",  "(",  ")",  ","};

bool is_alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool in_word(char c) {
  return is_alnum(c) || std::string_view("_.:/$[]@%").find(c) != std::string_view::npos;
}

// Bytes of the word that `rest` starts with, 0 where it starts with none. A sign belongs to a
// number's start and, as in 1e-5, to its exponent.
std::size_t word_size(std::string_view rest) {
  const bool is_signed = rest.size() > 1 && (rest[0] == '-' || rest[0] == '+') && in_word(rest[1]);
  std::size_t size = is_signed ? 1 : 0;
  const std::size_t first = size;
  for (; size < rest.size(); ++size) {
    const char c = rest[size];
    if (in_word(c)) continue;
    const bool exponent =
        (c == '-' || c == '+') && size > first && (rest[size - 1] | 0x20) == 'e' &&
        (is_digit(rest[first]) || rest[first] == '.') && rest.substr(first, 2) != "0x";
    if (!exponent) break;
  }
  return size;
}

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view expression) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  const auto take = [&](Token::Is is, std::size_t size) {
    tokens.push_back({is, expression.substr(at, size), at + size});
    at += size;
  };
  for (;;) {
    at = std::min(expression.find_first_not_of(" \t\n", at), expression.size());
    const std::string_view rest = expression.substr(at);
    if (rest.empty()) break;
    if (rest[0] == '"' || rest[0] == '\'') {
      std::size_t close = 1;
      while (close < rest.size() && rest[close] != rest[0]) close += rest[close] == '\\' ? 2 : 1;
      if (close >= rest.size())
        return fail(mark(Error::usage("a quote is not closed"), expression, expression.size()));
      tokens.push_back({Token::Is::text, rest.substr(1, close - 1), at + close + 1});
      at += close + 1;
    } else if (const std::size_t size = word_size(rest); size != 0) {
      take(Token::Is::word, size);
    } else if (const auto sign = std::find_if(std::begin(kSigns), std::end(kSigns),
                                              [&](auto one) { return rest.starts_with(one); });
               sign != std::end(kSigns)) {
      take(Token::Is::sign, sign->size());
    } else {
      return fail(mark(Error::usage("`" + std::string(rest.substr(0, 1)) + "` means nothing here",
                                    "join comparisons with && and ||, put text in quotes"),
                       expression, at + 1));
    }
  }
  take(Token::Is::end, 0);
  return tokens;
}

std::string unescape(std::string_view quoted) {
  std::string text;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    const char next = quoted[i] == '\\' && i + 1 < quoted.size() ? quoted[i + 1] : '\0';
    unsigned char byte = 0;
    if (next == 'x' && i + 3 < quoted.size() &&
        std::from_chars(&quoted[i + 2], &quoted[i + 2] + 2, byte, 16).ptr == &quoted[i + 2] + 2) {
      text += static_cast<char>(byte);
      i += 3;
    } else if (constexpr std::string_view kLetters = "\"'\\ntr";
               next != '\0' && kLetters.find(next) != kLetters.npos) {
      text += "\"'\\\n\t\r"[kLetters.find(next)];
      ++i;
    } else {
      text += quoted[i];
    }
  }
  return text;
}

Error mark(Error error, std::string_view expression, std::size_t end) {
  constexpr std::size_t kMostShown = 60;
  const std::size_t start = end > kMostShown ? end - kMostShown : 0;
  error.context.append(", at: ")
      .append(start == 0 ? "" : "...")
      .append(expression.substr(start, end - start))
      .append(" <-- here");
  return error;
}

}  // namespace bpfmaps::layout
