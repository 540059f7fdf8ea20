// SPDX-License-Identifier: BSD-2-Clause
// The command table's records in words: what help, man pages and errors all quote.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"

namespace bpfmaps::cli {

/// "map update MAP key DATA value DATA [any|exist|noexist]": the grammar line of one verb.
std::string grammar(const Command& command);
/// The same in parts that should not be torn apart: "map", "update", "MAP", "key DATA", ...
std::vector<std::string> grammar_parts(const Command& command);

/// "key DATA", "mode generic|native|offload", "PATH": one operand without its count.
std::string shown(const Operand& operand);
/// "--where EXPR", "--tree".
std::string shown(const OptionSpec& spec);
/// What the pages say of an operand: its doc, and what may stand behind it where that is no name.
std::string described(const Operand& operand);

/// A name that stands for several forms, wherever it stands in a grammar.
struct Naming {
  Takes takes;
  std::string_view name;   ///< "MAP"
  std::string_view forms;  ///< "id N | pinned PATH | name NAME | PATH"
};
std::span<const Naming> naming();
/// Those that occur in the grammar of `commands`.
std::vector<Naming> naming_in(std::span<const Command* const> commands);

/// "map", "program" or "link".
std::string_view selector_noun(Takes takes);
/// The forms of what `takes` stands for; it must have a name.
std::string_view forms_of(Takes takes);

/// The paragraphs of a `details` text, each on one line.
std::vector<std::string> paragraphs(std::string_view details);

}  // namespace bpfmaps::cli
