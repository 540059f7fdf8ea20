// SPDX-License-Identifier: BSD-2-Clause
// JSON as it was typed, read strictly: what a lenient reader would repair or round is an error.
// Knows no type; parse.h gives the text its meaning.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bpfmaps::layout {

/// A JSON value. Numbers keep their digits, so that no reader rounds them on the way to a field.
struct Json {
  enum class Is { null, boolean, number, string, array, object };
  Is is = Is::null;
  std::string text = {};            ///< of a scalar: "true", "-3", or the string without quotes
  std::string name = {};            ///< of a member
  std::vector<Json> children = {};  ///< elements, or members in the order they were typed

  bool is_scalar() const { return is != Is::array && is != Is::object; }
  /// The member of that name; null where there is none.
  const Json* member(std::string_view wanted) const;
};

/// "an object", "a number", ...
std::string_view describe(Json::Is is);

/// Reads all of `text` as one JSON value. Trailing text, repeated members and more than
/// `most_levels` are errors of Kind::usage whose context starts with `subject`, as in "`value`".
Result<Json> read_json(std::string_view text, const std::string& subject,
                       std::size_t most_levels = 64);

}  // namespace bpfmaps::layout
