// SPDX-License-Identifier: BSD-2-Clause
// What was typed, split into options and words; what the words mean is not known here.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"

namespace bpfmaps::cli {

/// The options are named as spec() does, in the order of typing; `value` is "" for a switch.
struct Typed {
  std::vector<std::string> words;
  std::vector<std::pair<Option, std::string>> options;
  std::vector<std::string> unknown;        ///< what looks like an option and is none
  const OptionSpec* unfinished = nullptr;  ///< the last word: an option that lacks its argument
  const OptionSpec* overfilled = nullptr;  ///< a switch that was given an argument
  bool only_words = false;                 ///< a `--` was met

  bool has(Option option) const;
};

/// Options stand anywhere before a `--`. `-3` and the like are words. `command`, which may be null,
/// tells which of two options with one name is meant.
Typed split_options(std::span<const std::string> typed, const Command* command);

}  // namespace bpfmaps::cli
