// SPDX-License-Identifier: BSD-2-Clause
// The completion scripts of the shells. They hand the words to the program and take its answer:
// what fits where is decided in complete.h, once for all of them.
#pragma once

#include <string_view>

namespace bpfmaps::cli {

/// The script for "bash", "zsh" or "fish"; "" for another shell.
std::string_view completion_script(std::string_view shell);

}  // namespace bpfmaps::cli
