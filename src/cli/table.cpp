// SPDX-License-Identifier: BSD-2-Clause
#include "cli/table.h"

#include <algorithm>

namespace bpfmaps::cli {

std::vector<std::string_view> object_names(const Table& table) {
  std::vector<std::string_view> names;
  for (const Object& object : table.objects) names.push_back(object.name);
  return names;
}

std::string_view find_object(const Table& table, std::string_view name) {
  for (const Object& object : table.objects)
    if (object.name == name) return object.name;
  for (const Command* command : table.commands)  // the object of hidden verbs is not in the list
    if (command->object == name) return command->object;
  return {};
}

std::vector<const Command*> commands_of(const Table& table, std::string_view object) {
  std::vector<const Command*> found;
  for (const Command* command : table.commands)
    if (command->object == object && !command->hidden) found.push_back(command);
  return found;
}

std::vector<std::string_view> verbs_of(const Table& table, std::string_view object) {
  std::vector<std::string_view> verbs;
  for (const Command* command : commands_of(table, object)) verbs.push_back(command->verb);
  return verbs;
}

const Command* find_command(const Table& table, std::string_view object, std::string_view verb) {
  for (const Command* command : table.commands)
    if (command->object == object && command->verb == verb) return command;
  // bpftool's `show` is a list: of objects that cannot be shown one by one it is nothing else.
  return verb == "show" ? find_command(table, object, "list") : nullptr;
}

std::string name_of(const Command& command) {
  std::string name(command.object);
  if (!command.verb.empty()) name.append(" ").append(command.verb);
  return name;
}

const Command* guess_command(const Table& table, std::span<const std::string> typed) {
  std::string_view object;
  for (const std::string& word : typed) {
    if (object.empty()) {
      object = find_object(table, word);
      const Command* only = object.empty() ? nullptr : find_command(table, object, "");
      if (only != nullptr) return only;
    } else if (const Command* command = find_command(table, object, word)) {
      return command;
    }
  }
  return nullptr;
}

bool is_positional(const Operand& operand) {
  return operand.keyword.empty() && operand.takes != Takes::choice;
}

bool is_bare_choice(const Operand& operand) {
  return operand.keyword.empty() && operand.takes == Takes::choice;
}

bool is_required(const Operand& operand) {
  return operand.count == Count::one || operand.count == Count::many;
}

bool may_repeat(const Operand& operand) {
  return operand.count == Count::many || operand.count == Count::any_number;
}

bool takes_positional(const Command& command) {
  return std::any_of(command.operands.begin(), command.operands.end(), is_positional);
}

bool takes_option(const Command& command, Option option) {
  return goes_with_every_command(option) ||
         std::find(command.options.begin(), command.options.end(), option) != command.options.end();
}

const OptionSpec* find_option(const Command* command, std::string_view name) {
  const OptionSpec* found = nullptr;
  for (const OptionSpec& spec : options()) {
    if (spec.name != name) continue;
    if (command != nullptr && takes_option(*command, spec.id)) return &spec;
    if (found == nullptr) found = &spec;
  }
  return found;
}

std::vector<Option> common_options() {
  std::vector<Option> common;
  for (const OptionSpec& one : options())
    if (goes_with_every_command(one.id) && !one.hidden) common.push_back(one.id);
  return common;
}

}  // namespace bpfmaps::cli
