// SPDX-License-Identifier: BSD-2-Clause
// The command table's records in words: what help, man pages and errors all quote.
#pragma once

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
/// What help says of an operand: its doc, or the forms it may take.
std::string described(const Operand& operand);

/// "map", "program" or "link".
std::string_view selector_noun(Takes takes);
/// "id N | pinned PATH | name NAME | PATH".
std::string_view selector_forms(Takes takes);

/// The paragraphs of a `details` text, each on one line.
std::vector<std::string> paragraphs(std::string_view details);

}  // namespace bpfmaps::cli
