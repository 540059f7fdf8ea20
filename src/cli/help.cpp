// SPDX-License-Identifier: BSD-2-Clause
#include "cli/help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/grammar.h"
#include "cli/table.h"
#include "cli/texts.h"
#include "cli/topics.h"

namespace bpfmaps::cli {
namespace {

constexpr std::size_t kMostColumns = 100, kFewestColumns = 40;
std::size_t columns = kMostColumns;  // that lines may take; set once, by help()

using Rows = std::vector<std::pair<std::string, std::string>>;

// `parts` on lines of at most `columns`, each line after the first indented by `indent`; `column`
// is where the first one starts.
std::string flow(const std::vector<std::string>& parts, std::size_t column, std::size_t indent) {
  std::string text;
  const std::size_t first = column;
  for (const std::string& part : parts) {
    if (text.empty()) {
      column = first + display_width(part);
    } else if (column + 1 + display_width(part) <= columns) {
      text += ' ';
      column += 1 + display_width(part);
    } else {
      text.append("\n").append(indent, ' ');
      column = indent + display_width(part);
    }
    text += part;
  }
  return text;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

std::string paragraph(std::string_view text, std::size_t indent) {
  return std::string(indent, ' ') + flow(words_of(text), indent, indent) + "\n";
}

// Two columns, the second one wrapped.
std::string aligned(const Rows& rows) {
  std::size_t width = 0;
  for (const auto& [left, right] : rows) width = std::max(width, display_width(left));
  const std::size_t column = 2 + width + 2;
  std::string text;
  for (const auto& [left, right] : rows) {
    text.append(2, ' ').append(left);
    if (!right.empty()) {
      text.append(column - 2 - display_width(left), ' ');
      text.append(flow(words_of(right), column, column));
    }
    text += '\n';
  }
  return text;
}

void section(std::string& text, std::string_view title, const std::string& body) {
  if (!body.empty()) text.append("\n").append(title).append(":\n").append(body);
}

std::string option_in_help(const OptionSpec& spec) {
  std::string text = spec.letter == 0 ? "    " : std::string{'-', spec.letter, ',', ' '};
  text.append("--").append(spec.name);
  if (!spec.argument.empty()) text.append(" ").append(spec.argument);
  return text;
}

Rows option_rows(std::span<const Option> own) {
  Rows rows;
  for (const Option option : own)
    rows.emplace_back(option_in_help(spec(option)), std::string(spec(option).doc));
  return rows;
}

Rows rows_of(std::span<const Naming> named) {
  Rows rows;
  for (const Naming& one : named) rows.emplace_back(one.name, one.forms);
  return rows;
}

Rows rows_of(std::span<const Line> lines) {
  Rows rows;
  for (const Line& line : lines) rows.emplace_back(line.term, line.text);
  return rows;
}

std::string examples(std::span<const Example> all) {
  std::string text;
  for (const Example& example : all)
    text.append("  ").append(example.command).append("\n").append(paragraph(example.doc, 6));
  return text;
}

std::string program_help(const Table& table) {
  std::string text =
      "bpfmaps - " + std::string(kSummary) +
      "\n\n"
      "usage: bpfmaps [OPTIONS] OBJECT VERB [ARGUMENTS]        options may stand anywhere\n";
  Rows objects;
  for (const Object& object : table.objects) {
    std::string verbs;
    for (const std::string_view verb : verbs_of(table, object.name))
      verbs.append(verbs.empty() ? "" : " ").append(verb);
    objects.emplace_back(object.name, object.summary);
    if (!verbs.empty()) objects.emplace_back("", verbs);
  }
  section(text, "objects and their verbs", aligned(objects));
  section(text, "how objects are named", aligned(rows_of(naming())) + paragraph(kNamingNotes, 2));
  section(text, "options", aligned(option_rows(common_options())));
  section(text, "exit codes", aligned(rows_of(exit_codes())));
  section(text, "examples", examples(first_steps()));
  return text +
         "\n`bpfmaps help where`, `help json` and `help data` tell of expressions, shapes and "
         "values.\n"
         "`bpfmaps OBJECT help` and `bpfmaps OBJECT VERB --help` say more; so does man "
         "bpfmaps.\n";
}

std::string object_help(const Table& table, std::string_view name) {
  std::string text = "bpfmaps ";
  text.append(name);
  for (const Object& object : table.objects)
    if (object.name == name) text.append(" - ").append(object.summary);
  text += "\n";
  std::string grammars;
  Rows verbs;
  std::string shown;
  for (const Command* command : commands_of(table, name)) {
    verbs.emplace_back(command->verb, command->summary);
    shown += examples(command->examples.first(std::min<std::size_t>(command->examples.size(), 1)));
    grammars.append("  bpfmaps ").append(flow(grammar_parts(*command), 10, 14)).append("\n");
  }
  section(text, "verbs", aligned(verbs));
  section(text, "usage", grammars);
  section(text, "examples", shown);
  return text.append("\n`bpfmaps ")
      .append(name)
      .append(" VERB --help` says more about one verb.\n");
}

std::string verb_help(const Command& command) {
  std::string text = "bpfmaps ";
  text.append(name_of(command)).append(" - ").append(command.summary).append("\n\n");
  const std::string start = "usage: bpfmaps ";
  text.append(start).append(flow(grammar_parts(command), start.size(), start.size() + 4));
  text += "\n";
  for (const std::string& one : paragraphs(command.details))
    text.append("\n").append(paragraph(one, 0));

  Rows arguments;
  for (const Operand& operand : command.operands)
    arguments.emplace_back(shown(operand), described(operand));
  section(text, "arguments", aligned(arguments));
  const Command* const itself[] = {&command};
  section(text, "where", aligned(rows_of(naming_in(itself))));
  section(text, "options", aligned(option_rows(command.options)));
  std::string common;
  for (const Option option : common_options())
    common.append(common.empty() ? "" : " ").append("--").append(spec(option).name);
  section(text, "options of every command (see `bpfmaps help`)", paragraph(common, 2));
  section(text, "examples", examples(command.examples));
  return text;
}

// A topic's paragraphs; lines that begin with a blank stay as they are.
std::string topic_help(const Topic& topic) {
  std::string text =
      "bpfmaps help " + std::string(topic.name) + " - " + std::string(topic.summary) + "\n\n";
  for (const std::string_view line : split(topic.text, '\n'))
    text += line.starts_with(' ') ? std::string(line) + "\n" : paragraph(line, 0);
  return text;
}

}  // namespace

std::string help(const Table& table, const Request& request, int width) {
  if (width > 0) columns = std::clamp<std::size_t>(width, kFewestColumns, kMostColumns);
  if (const Topic* topic = find_topic(request.object); topic != nullptr) return topic_help(*topic);
  if (request.command != nullptr) return verb_help(*request.command);
  if (!request.object.empty()) return object_help(table, request.object);
  return program_help(table);
}

}  // namespace bpfmaps::cli
