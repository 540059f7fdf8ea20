// SPDX-License-Identifier: BSD-2-Clause
#include "cli/man.h"

#include <algorithm>
#include <initializer_list>
#include <span>

#include "base/text.h"
#include "cli/grammar.h"
#include "cli/mdoc.h"
#include "cli/table.h"
#include "cli/texts.h"

namespace bpfmaps::cli {
namespace {

// Of the last change to the texts: a page that is made again must not differ by the day.
constexpr std::string_view kDate = "November 21, 2026";

// "Cm any | exist | noexist": words of the grammar with bars between.
std::string choices(std::string_view of) {
  std::string text;
  for (const std::string_view choice : split(of, '|'))
    text.append(text.empty() ? "Cm " : " | ").append(Mdoc::argument(choice));
  return text;
}

std::string value(const Operand& operand) {
  if (operand.takes == Takes::choice) return choices(operand.choices);
  std::string text;
  if (operand.takes == Takes::nothing) return text;
  std::string_view macro;
  for (const std::string_view name : split(operand.name, ' ')) {
    const std::string_view own = name == operand.then_word ? "Cm" : "Ar";
    if (!text.empty()) text += ' ';
    if (macro != own) text.append(own).append(" ");
    macro = own;
    text += Mdoc::argument(name);
  }
  return text;
}

// An operand without its count: "Cm key Ar DATA".
std::string bare_part(const Operand& operand) {
  std::string text;
  if (!operand.keyword.empty()) {
    text = "Cm";
    for (const std::string_view word : split(operand.keyword, ' '))
      text.append(" ").append(Mdoc::argument(word));
  }
  const std::string of_value = value(operand);
  if (!text.empty() && !of_value.empty()) text += ' ';
  return text + of_value;
}

std::string part(const Operand& operand) {
  std::string text = bare_part(operand);
  const bool dots_inside = may_repeat(operand) && is_positional(operand);
  if (dots_inside) text += " Ns ...";
  if (!is_required(operand)) text.insert(0, "Op ");
  if (may_repeat(operand) && !dots_inside) text += " ...";
  return text;
}

std::string part(const OptionSpec& spec) {
  std::string text = "Fl Fl " + Mdoc::argument(spec.name);
  if (spec.takes == Takes::choice)
    text.append(" ").append(choices(spec.choices));
  else if (!spec.argument.empty())
    text.append(" Ar ").append(Mdoc::argument(spec.argument));
  return text;
}

// Options that go together: a synopsis names them once, and each verb names the group.
struct Group {
  std::string_view name;
  std::initializer_list<Option> options;

  bool is_in(const Command& command) const {
    return std::ranges::all_of(options,
                               [&](Option option) { return takes_option(command, option); });
  }
};
const Group kGroups[] = {
    {"QUERY", {Option::where, Option::sort, Option::top, Option::limit, Option::fields}},
    {"TYPES", {Option::btf, Option::key_type, Option::value_type}},
};

void grammar_of(Mdoc& page, const Command& command) {
  for (const Operand& operand : command.operands) page.source("." + part(operand));
  for (const Option option : command.options) {
    const auto group = std::ranges::find_if(kGroups, [&](const Group& one) {
      return std::ranges::count(one.options, option) != 0 && one.is_in(command);
    });
    if (group == std::end(kGroups))
      page.source(".Op " + part(spec(option)));
    else if (option == *group->options.begin())
      page.source(".Op Ar " + std::string(group->name));
  }
}

// What the groups stand for, as far as one of `commands` names them.
void groups_of(Mdoc& page, std::span<const Command* const> commands) {
  for (const Group& group : kGroups) {
    if (std::ranges::none_of(commands, [&](const Command* one) { return group.is_in(*one); }))
      continue;
    page.source(".Pp");
    page.source(".Ar " + std::string(group.name) + " :");
    for (const Option option : group.options) page.source(".Op " + part(spec(option)));
  }
}

// The one-line texts of the table, "print every entry", as a sentence of their own.
std::string sentence(std::string_view text) {
  std::string result = std::string(text) + ".";
  if (result[0] >= 'a' && result[0] <= 'z') result[0] = static_cast<char>(result[0] - 'a' + 'A');
  return result;
}

void head(Mdoc& page, std::string_view name, std::string_view summary) {
  std::string title;
  for (const char c : name) title += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  page.source(".\\\" SPDX-License-Identifier: BSD-2-Clause");
  page.source(".\\\" Made by tools/generate from the command table: change that, not this.");
  page.source(".Dd " + std::string(kDate));
  page.source(".Dt " + title + " 8");
  page.source(".Os");
  page.source(".Sh NAME");
  page.source(".Nm " + std::string(name));
  page.source(".Nd " + std::string(summary));
}

void tagged(Mdoc& page, std::span<const Line> lines, std::string_view macro,
            std::string_view width) {
  page.source(".Bl -tag -width " + std::string(width) + " -compact");
  for (const Line& line : lines) {
    page.source(".It " + std::string(macro) + " " + Mdoc::argument(line.term));
    page.text(line.text);
  }
  page.source(".El");
}

void naming_list(Mdoc& page, std::span<const Naming> named) {
  page.source(".Bl -tag -width DATAX -compact");
  for (const Naming& one : named) {
    page.source(".It Ar " + Mdoc::argument(one.name));
    page.text(one.forms);
  }
  page.source(".El");
}

void options_section(Mdoc& page, std::span<const Option> shown) {
  if (shown.empty()) return;
  page.source(".Bl -tag -width Ds");
  for (const Option option : shown) {
    const OptionSpec& one = spec(option);
    const std::string letter = one.letter == 0 ? "" : std::string("Fl ") + one.letter + " , ";
    page.source(".It " + letter + part(one));
    page.text(one.doc);
  }
  page.source(".El");
}

void examples_section(Mdoc& page, std::span<const Example> examples) {
  page.source(".Sh EXAMPLES");
  for (const Example& example : examples) {
    if (&example != examples.data()) page.source(".Pp");
    std::string says = sentence(example.doc);
    says.back() = ':';
    page.text(says);
    page.literal(example.command);
  }
}

void see_also(Mdoc& page, const Table& table, std::string_view self) {
  std::vector<std::string> pages = {"bpfmaps", "bpftool"};
  for (const Object& object : table.objects) pages.push_back("bpfmaps-" + std::string(object.name));
  std::sort(pages.begin(), pages.end());
  std::erase(pages, self);
  page.source(".Sh SEE ALSO");
  page.source(".Xr bpf 2 ,");
  for (const std::string& one : pages)
    page.source(".Xr " + one + " 8" + (one == pages.back() ? "" : " ,"));
}

void exit_status(Mdoc& page) {
  page.source(".Sh EXIT STATUS");
  tagged(page, exit_codes(), "Li", "Ds");
}

std::vector<Option> options_of(std::span<const Command* const> commands) {
  std::vector<Option> found;
  for (const OptionSpec& one : options())
    if (std::any_of(commands.begin(), commands.end(), [&one](const Command* command) {
          return !goes_with_every_command(one.id) && takes_option(*command, one.id);
        }))
      found.push_back(one.id);
  return found;
}

std::string name_of_command(const Command& command) {
  std::string source = ".Cm " + Mdoc::argument(command.object);
  if (!command.verb.empty()) source += " " + Mdoc::argument(command.verb);
  return source;
}

void describe_verb(Mdoc& page, const Command& command) {
  page.source(".It Xo");
  page.source(name_of_command(command));
  grammar_of(page, command);
  page.source(".Xc");
  page.text(sentence(command.summary));
  if (!command.details.empty()) {
    page.source(".Pp");
    page.paragraphs(command.details);
  }
  if (command.operands.empty()) return;
  page.source(".Pp");
  page.source(".Bl -tag -width Ds -compact");
  for (const Operand& operand : command.operands) {
    page.source(".It " + bare_part(operand));
    page.text(described(operand));
  }
  page.source(".El");
}

std::string object_page(const Table& table, const Object& object) {
  Mdoc page;
  const std::string name = "bpfmaps-" + std::string(object.name);
  const auto commands = commands_of(table, object.name);
  head(page, name, object.summary);
  page.source(".Sh SYNOPSIS");
  for (const Command* command : commands) {
    page.source(".Nm bpfmaps");
    page.source(name_of_command(*command));
    grammar_of(page, *command);
  }
  groups_of(page, commands);
  page.source(".Sh DESCRIPTION");
  page.paragraphs(object.details);
  page.source(".Bl -tag -width Ds");
  for (const Command* command : commands) describe_verb(page, *command);
  page.source(".El");
  const std::vector<Naming> named = naming_in(commands);
  if (!named.empty()) {
    page.source(".Ss How objects are named");
    naming_list(page, named);
  }
  page.source(".Sh OPTIONS");
  page.source("Options that every command takes are described in");
  page.source(".Xr bpfmaps 8 .");
  options_section(page, options_of(commands));
  exit_status(page);
  std::vector<Example> examples;
  for (const Command* command : commands)
    examples.insert(examples.end(), command->examples.begin(), command->examples.end());
  examples_section(page, examples);
  see_also(page, table, name);
  return page.page();
}

std::string program_page(const Table& table) {
  Mdoc page;
  head(page, "bpfmaps", kSummary);
  page.source(".Sh SYNOPSIS");
  page.source(".Nm");
  page.source(".Op Ar OPTIONS");
  page.source(".Ar OBJECT VERB");
  page.source(".Op Ar ARGUMENTS");
  page.source(".Sh DESCRIPTION");
  page.paragraphs(kDetails);
  page.source(".Ss Objects and their verbs");
  page.source(".Bl -tag -width Ds");
  for (const Object& object : table.objects) {
    page.source(".It Cm " + std::string(object.name));
    page.text(sentence(object.summary));
    std::string verbs;
    for (const std::string_view verb : verbs_of(table, object.name))
      if (!verb.empty()) verbs.append(verbs.empty() ? ".Cm " : " ").append(Mdoc::argument(verb));
    page.source(".Pp");
    page.source(".Xr bpfmaps-" + std::string(object.name) + (verbs.empty() ? " 8" : " 8 :"));
    if (!verbs.empty()) page.source(verbs);
  }
  page.source(".El");
  page.source(".Ss How objects are named");
  naming_list(page, naming());
  page.source(".Pp");
  page.text(kNamingNotes);
  page.source(".Ss Output");
  page.paragraphs(kOutput);
  page.source(".Sh OPTIONS");
  page.text("Options may stand anywhere before a `--`.");
  options_section(page, common_options());
  page.source(".Sh ENVIRONMENT");
  tagged(page, environment(), "Ev", "NO_COLOR");
  exit_status(page);
  examples_section(page, first_steps());
  see_also(page, table, "bpfmaps");
  return page.page();
}

}  // namespace

std::string man_page(const Table& table, std::string_view object) {
  for (const Object& one : table.objects)
    if (one.name == object) return object_page(table, one);
  return program_page(table);
}

}  // namespace bpfmaps::cli
