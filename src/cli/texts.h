// SPDX-License-Identifier: BSD-2-Clause
// What help and the man pages say of the program as a whole, once.
#pragma once

#include <span>
#include <string_view>

#include "cli/command.h"

namespace bpfmaps::cli {

/// A term and what it means.
struct Line {
  std::string_view term;
  std::string_view text;
};

extern const std::string_view kSummary;      ///< one line, lower case, no full stop
extern const std::string_view kDetails;      ///< paragraphs, a blank line between
extern const std::string_view kNamingNotes;  ///< what goes with naming() of grammar.h
extern const std::string_view kOutput;       ///< paragraphs: the forms of an answer

std::span<const Line> exit_codes();      ///< what cli.md promises
std::span<const Line> environment();     ///< variables that are read
std::span<const Example> first_steps();  ///< the main job, from loading to tidying up

}  // namespace bpfmaps::cli
