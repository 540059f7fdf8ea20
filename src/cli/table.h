// SPDX-License-Identifier: BSD-2-Clause
// Looking things up in the command table. Hidden verbs can be found, and are never listed.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace bpfmaps::cli {

std::vector<std::string_view> object_names(const Table& table);
/// The table's own copy of `name`, or "" where no object has it.
std::string_view find_object(const Table& table, std::string_view name);

/// The commands of `object` that are not hidden, in the table's order.
std::vector<const Command*> commands_of(const Table& table, std::string_view object);
std::vector<std::string_view> verbs_of(const Table& table, std::string_view object);
/// Null where there is none. An object that does one thing has one command, whose verb is "".
const Command* find_command(const Table& table, std::string_view object, std::string_view verb);
/// "map dump"; "batch" where there is no verb.
std::string name_of(const Command& command);
/// The command that `typed`, options and all, seems to be about: for what must be known before the
/// words are told from the options. Null where there is none.
const Command* guess_command(const Table& table, std::span<const std::string> typed);

/// An operand that its place tells, not a word.
bool is_positional(const Operand& operand);
/// A choice that its own words tell.
bool is_bare_choice(const Operand& operand);
bool is_required(const Operand& operand);
bool may_repeat(const Operand& operand);

bool takes_positional(const Command& command);
bool takes_option(const Command& command, Option option);
/// The option called `name`, without dashes: of two, the one that `command` takes, which may be
/// null. Null where there is none.
const OptionSpec* find_option(const Command* command, std::string_view name);
std::vector<Option> common_options();

}  // namespace bpfmaps::cli
