// SPDX-License-Identifier: BSD-2-Clause
// From argv to a Request, by the command table.
#pragma once

#include <span>
#include <string>

#include "cli/request.h"

namespace bpfmaps::cli {

/// Reads the words after the program's name. Options may stand anywhere before a `--`.
/// Errors are of Kind::usage, name the word that is wrong and suggest what was probably meant.
/// --help and --version win over every other mistake behind the verb.
Result<Request> parse(const Table& table, std::span<const std::string> words);

/// `value` as a selector for `takes` ("id 7", "pinned PATH", a bare path), from `words` starting
/// at `at`, which is moved behind it.
Result<Selector> parse_selector(Takes takes, std::span<const std::string> words, std::size_t& at);

}  // namespace bpfmaps::cli
