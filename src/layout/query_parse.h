// SPDX-License-Identifier: BSD-2-Clause
// The grammar of --where: from tokens to comparisons and how they are joined. Knows no field.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "layout/query_tokens.h"

namespace bpfmaps::layout {

enum class Relation : std::uint8_t {
  truth,  ///< a field alone
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  matches,
};

struct Comparison {
  Token left;
  Token mask = {};   ///< the end token where there is none
  Token age = {};    ///< of age(FIELD, CLOCK): `age`; the end token where the field itself is asked
  Token clock = {};  ///< the end token where none is named
  Relation relation = Relation::truth;
  bool negated = false;           ///< `not in`, `!~`
  Token sign = {};                ///< the operator as it was typed
  std::vector<Token> right = {};  ///< one; any number with `in`; none with `truth`
};

/// What a comparison became, or how several are joined.
struct Joined {
  enum class How : std::uint8_t { one, all, any };
  How how = How::one;
  bool negated = false;
  std::size_t one = 0;  ///< what the resolver returned
  std::vector<Joined> parts = {};
};

/// Reads `tokens`, those of `expression`. Each comparison goes to `resolve`, from left to right;
/// its errors are returned as they are.
using Resolve = std::function<Result<Joined>(const Comparison&)>;
Result<Joined> parse_query(std::string_view expression, const std::vector<Token>& tokens,
                           const Resolve& resolve);

}  // namespace bpfmaps::layout
