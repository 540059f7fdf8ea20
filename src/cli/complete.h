// SPDX-License-Identifier: BSD-2-Clause
// What TAB may offer, from the command table alone. Values that only the system knows (ids, pins,
// interfaces) are named by their kind; commands/shell/complete.cpp looks them up.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arg_matcher.h"

namespace bpfmaps::cli {

/// A fixed word that fits, and what it means.
struct Candidate {
  std::string text;
  std::string_view doc;
};

struct Completion {
  std::vector<Candidate> words;      ///< those that begin with `typed`
  std::vector<Wanted> values;        ///< kinds of value that may stand here; `word` is ""
  std::string glued;                 ///< "--btf=": stands before each value in the same word
  std::string typed;                 ///< what of the value is there already
  const Command* command = nullptr;  ///< null before the verb
  std::vector<Given> given;          ///< the operands before the cursor
};

/// `before` are the words between the program's name and the cursor's word, of which `current` is
/// what stands before the cursor. A line that no longer fits the grammar gets no offers.
Completion complete(const Table& table, std::span<const std::string> before,
                    const std::string& current);

/// A word as it is typed in a shell, without its quotes and backslashes; a quote that is still
/// open ends with the word.
std::string unquoted(std::string_view word);

}  // namespace bpfmaps::cli
