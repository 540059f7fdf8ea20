// SPDX-License-Identifier: BSD-2-Clause
// JSON that was written on one line, over several: for what makes lines and is asked for --pretty.
#pragma once

#include <string>
#include <string_view>

namespace bpfmaps::output {

/// `json`, valid and without a blank between its tokens, with a line for each member and element,
/// indented by two spaces for each level behind the first `depth`; its own first line is not. Lists
/// of nothing but numbers and texts stay on one line.
std::string indented(std::string_view json, int depth);

}  // namespace bpfmaps::output
