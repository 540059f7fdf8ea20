// SPDX-License-Identifier: BSD-2-Clause
// Tokens: the words and signs of a --where expression, each with its place for errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bpfmaps::layout {

struct Token {
  enum class Is : std::uint8_t {
    word,  ///< a field, number, name or address: `in[0].a`, `-3`, `10.0.0.0/8`, `fe80::1`
    text,  ///< what stands between quotes, not yet unescaped
    sign,  ///< an operator, parenthesis or comma
    end,
  };
  Is is = Is::end;
  std::string_view text = {};  ///< into the expression
  std::size_t end = 0;         ///< where it ends in the expression, quotes included

  bool operator==(std::string_view sign) const { return is == Is::sign && text == sign; }
  /// A word that stands for an operator where one is expected: `and`, `in`.
  bool is_word(std::string_view wanted) const { return is == Is::word && text == wanted; }
};

/// The tokens of `expression`, which they point into; the last one is the end.
Result<std::vector<Token>> tokenize(std::string_view expression);

/// The text between quotes with \" \' \\ \n \t \r and \x41 replaced; other backslashes stay.
std::string unescape(std::string_view quoted);

/// `error` with the part of the expression up to where it went wrong, marked.
Error mark(Error error, std::string_view expression, std::size_t end);

}  // namespace bpfmaps::layout
