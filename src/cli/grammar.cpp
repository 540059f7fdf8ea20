// SPDX-License-Identifier: BSD-2-Clause
#include "cli/grammar.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cli/table.h"

namespace bpfmaps::cli {
namespace {

constexpr Naming kNaming[] = {
    {Takes::map, "MAP", "id N | pinned PATH | name NAME | PATH"},
    {Takes::prog, "PROG", "id N | pinned PATH | name NAME | tag TAG | PATH"},
    {Takes::link, "LINK", "id N | pinned PATH | PATH"},
    {Takes::data, "DATA",
     "one word of JSON | FIELD=VALUE words | hex BYTES | a number per byte | @FILE | -"},
};

// `any` is one of the three behind its noun.
bool has_kind(const Command& command, Takes takes) {
  return std::any_of(command.operands.begin(), command.operands.end(),
                     [takes](const Operand& operand) {
                       return operand.takes == takes || operand.then_takes == takes ||
                              (operand.takes == Takes::map_or_file && takes == Takes::map) ||
                              (operand.takes == Takes::prog_or_any && takes == Takes::prog) ||
                              (operand.takes == Takes::any && takes != Takes::data);
                     });
}

std::string optional(std::string_view part) { return std::string("[").append(part).append("]"); }

}  // namespace

std::string shown(const Operand& operand) {
  std::string text(operand.keyword);
  const std::string_view value = operand.takes == Takes::choice    ? operand.choices
                                 : operand.takes == Takes::nothing ? std::string_view()
                                                                   : operand.name;
  if (!text.empty() && !value.empty()) text += ' ';
  text.append(value);
  return operand.takes == Takes::prog_or_any ? text.append("|any") : text;
}

std::string shown(const OptionSpec& spec) {
  std::string text = "--" + std::string(spec.name);
  if (!spec.argument.empty()) text.append(" ").append(spec.argument);
  return text;
}

std::vector<std::string> grammar_parts(const Command& command) {
  std::vector<std::string> parts = {std::string(command.object)};
  if (!command.verb.empty()) parts.emplace_back(command.verb);
  for (const Operand& operand : command.operands) {
    std::string text = shown(operand);
    if (may_repeat(operand) && is_positional(operand)) text += "...";
    if (!is_required(operand)) text = optional(text);
    if (may_repeat(operand) && !is_positional(operand)) text += "...";
    parts.push_back(std::move(text));
  }
  for (const Option option : command.options) parts.push_back(optional(shown(spec(option))));
  return parts;
}

std::string grammar(const Command& command) {
  std::string text;
  for (const std::string& part : grammar_parts(command))
    text.append(text.empty() ? "" : " ").append(part);
  return text;
}

std::string_view selector_noun(Takes takes) {
  switch (takes) {
    case Takes::prog: return "program";
    case Takes::link: return "link";
    default: return "map";
  }
}

std::span<const Naming> naming() { return kNaming; }

std::vector<Naming> naming_in(std::span<const Command* const> commands) {
  std::vector<Naming> found;
  for (const Naming& one : kNaming)
    if (std::any_of(commands.begin(), commands.end(),
                    [&one](const Command* command) { return has_kind(*command, one.takes); }))
      found.push_back(one);
  return found;
}

std::string_view forms_of(Takes takes) {
  if (takes == Takes::map_or_file) takes = Takes::map;
  return std::find_if(std::begin(kNaming), std::end(kNaming),
                      [takes](const Naming& one) { return one.takes == takes; })
      ->forms;
}

std::string described(const Operand& operand) {
  std::string text(operand.doc);
  if (operand.takes == Takes::any) text += ": map MAP | prog PROG | link LINK";
  return text;
}

std::vector<std::string> paragraphs(std::string_view details) {
  std::vector<std::string> result;
  bool open = false;
  for (const std::string_view line : split(details, '\n')) {
    if (line.empty()) {
      open = false;
    } else if (open) {
      result.back().append(" ").append(line);
    } else {
      result.emplace_back(line);
      open = true;
    }
  }
  return result;
}

}  // namespace bpfmaps::cli
