// SPDX-License-Identifier: BSD-2-Clause
// What people type who come from other tools, and what it is called here: for hints alone, since
// nothing is guessed.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

namespace bpfmaps::cli {

/// "did you mean `list`?" for a verb that others call `word`, where `object` has such a verb; else
/// "".
std::string verb_habit(const Table& table, std::string_view object, std::string_view word);

/// What to type in the place of an option that `command` does not have, "--head" or "-o"; "" where
/// nothing is known of it.
std::string option_habit(const Command& command, std::string_view typed);

/// What one of `choices` is called elsewhere: "did you mean `generic`?" for "skb"; else "".
std::string choice_habit(std::string_view choices, std::string_view word);

}  // namespace bpfmaps::cli
