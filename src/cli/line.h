// SPDX-License-Identifier: BSD-2-Clause
// One line of a batch file as the words that a shell would make of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bpfmaps::cli {

struct Line {
  std::vector<std::string> words;
  /// It ends in a backslash: the next line belongs to it, and stands in the backslash's place.
  bool goes_on = false;
};

/// Words are told apart by blanks. `'...'` is text as it is; in `"..."` a backslash takes the next
/// quote or backslash as it is, outside of quotes also a blank and a `#`. Any other backslash is a
/// character like others, as in bpftool's batch files. A `#` at the start of a word begins a
/// comment. A quote that is not closed is an error of Kind::usage.
Result<Line> split_line(std::string_view line);

}  // namespace bpfmaps::cli
