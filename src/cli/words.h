// SPDX-License-Identifier: BSD-2-Clause
// A line in a file as words, the way a shell splits it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bpfmaps::cli {

/// Blanks part words. 'Single quotes' keep what is between them as it is, "double quotes" all but
/// \" and \\, and a backslash outside of quotes keeps the character behind it. A # that begins a
/// word begins a comment. Nothing is expanded. Kind::usage for a quote that is not closed.
Result<std::vector<std::string>> split_words(std::string_view line);

}  // namespace bpfmaps::cli
