// SPDX-License-Identifier: BSD-2-Clause
// The real command table, held to what its readers rely on and to one style.
#include "cli/table.h"

#include <gmock/gmock.h>

#include <set>

#include "base/text.h"
#include "cli/grammar.h"
#include "cli/help.h"
#include "cli/operand_id.h"
#include "cli/parse.h"
#include "cli/texts.h"
#include "commands/table.h"

namespace bpfmaps::cli {
namespace {

using testing::IsEmpty;
using testing::Not;

const Table& table() { return commands::table(); }

// One line for people: something, short, lower case unless a name begins it, no full stop.
std::string fault_of(std::string_view line, std::size_t longest) {
  if (line.empty()) return "is missing";
  if (line.size() > longest) return "is too long";
  if (line.ends_with('.')) return "ends in a full stop";
  if (line.find('\n') != std::string_view::npos) return "has several lines";
  const bool name = line.size() > 1 && line[1] >= 'A' && line[1] <= 'Z';
  return line[0] >= 'A' && line[0] <= 'Z' && !name && line[1] != ' ' ? "begins with a capital" : "";
}

// The words of an example as sh would make them, up to the first pipe; "" where it is not ours.
std::vector<std::string> words_of(std::string_view command) {
  const std::size_t start = command.find("bpfmaps ");
  if (start == std::string_view::npos) return {};
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  for (const char c : command.substr(start + 8)) {
    if (quote == 0 && (c == '|' || c == '>' || c == '<' || c == ';')) break;
    if (quote == 0 && c == ' ') {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else if (c == '\'' || c == '"') {
      if (quote == 0 || quote == c)
        quote = quote == 0 ? c : 0;
      else
        word += c;
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

void expect_parses(const Example& example) {
  EXPECT_EQ(fault_of(example.doc, 90), "") << example.command;
  EXPECT_LE(example.command.size(), 96u) << example.command;
  const auto words = words_of(example.command);
  EXPECT_THAT(words, Not(IsEmpty())) << example.command;
  const auto request = parse(table(), words);
  EXPECT_TRUE(request) << example.command << ": " << (request ? "" : request.error().context);
}

TEST(CommandTable, has_the_operands_that_requests_can_be_asked_for) {
  std::set<std::string_view> operands;
  for (const Command* command : table().commands)
    for (const Operand& operand : command->operands)
      operands.insert(operand.keyword.empty() ? operand.name : operand.keyword);
  EXPECT_THAT(kOperandIds, testing::UnorderedElementsAreArray(operands));
}

TEST(CommandTable, has_no_verb_twice) {
  std::set<std::string> seen;
  for (const Command* command : table().commands)
    EXPECT_TRUE(seen.insert(name_of(*command)).second) << name_of(*command);
}

TEST(CommandTable, keeps_the_verbs_of_an_object_together) {
  std::vector<std::string_view> order;
  for (const Command* command : table().commands)
    if (!command->hidden && (order.empty() || order.back() != command->object))
      order.push_back(command->object);
  EXPECT_EQ(order, object_names(table()));
}

TEST(CommandTable, explains_everything_in_one_style) {
  for (const Object& object : table().objects) {
    EXPECT_EQ(fault_of(object.summary, 60), "") << object.name;
    EXPECT_THAT(paragraphs(object.details), Not(IsEmpty())) << object.name;
  }
  for (const Command* command : table().commands) {
    EXPECT_EQ(fault_of(command->summary, 60), "") << name_of(*command);
    EXPECT_TRUE(command->hidden || !command->examples.empty()) << name_of(*command);
    for (const Operand& operand : command->operands)
      EXPECT_EQ(fault_of(operand.doc, 72), "") << name_of(*command) << " " << shown(operand);
  }
  for (const OptionSpec& option : options()) EXPECT_EQ(fault_of(option.doc, 60), "") << option.name;
}

TEST(CommandTable, has_operands_that_can_be_told_apart) {
  for (const Command* command : table().commands) {
    std::set<std::string> words;   // keywords and choices that begin a part
    std::set<std::string> values;  // keywords before a value that a later word tells apart
    bool open_ended = false;
    for (const Operand& operand : command->operands) {
      const std::string about = name_of(*command) + " " + shown(operand);
      if (is_positional(operand)) {
        EXPECT_FALSE(open_ended) << about << ": nothing can follow a positional that repeats";
        EXPECT_NE(operand.takes, Takes::nothing) << about;
        EXPECT_FALSE(operand.name.empty()) << about;
        open_ended = open_ended || may_repeat(operand);
      } else if (is_bare_choice(operand)) {
        for (const std::string_view choice : split(operand.choices, '|'))
          EXPECT_TRUE(words.emplace(choice).second) << about;
      } else {
        auto& kind = operand.then_word.empty() ? words : values;
        EXPECT_TRUE(kind.emplace(operand.keyword).second) << about;
      }
      EXPECT_EQ(operand.takes == Takes::choice, !operand.choices.empty()) << about;
    }
    for (const std::string& word : words)
      EXPECT_FALSE(words.contains(word.substr(0, word.find(' '))) && word.find(' ') != word.npos)
          << name_of(*command) << ": `" << word << "` begins like a keyword of one word";
  }
}

TEST(CommandTable, has_no_option_twice) {
  std::set<char> letters;
  for (const OptionSpec& option : options()) {
    EXPECT_TRUE(option.letter == 0 || letters.insert(option.letter).second) << option.name;
    EXPECT_EQ(option.takes == Takes::choice, !option.choices.empty()) << option.name;
  }
  for (const Command* command : table().commands) {
    std::set<Option> own(command->options.begin(), command->options.end());
    EXPECT_EQ(own.size(), command->options.size()) << name_of(*command);
    std::set<std::string_view> names;
    for (const OptionSpec& option : options())
      EXPECT_TRUE(!takes_option(*command, option.id) || names.insert(option.name).second)
          << name_of(*command) << " " << option.name;
    for (const Option option : own)
      EXPECT_FALSE(goes_with_every_command(option)) << name_of(*command) << spec(option).name;
  }
}

TEST(CommandTable, has_examples_that_its_own_parser_takes) {
  for (const Command* command : table().commands)
    for (const Example& example : command->examples) expect_parses(example);
  for (const Example& example : first_steps()) expect_parses(example);
}

TEST(CommandTable, is_told_in_help_of_at_most_100_columns) {
  std::vector<std::vector<std::string>> asked = {{"help"}};
  for (const Object& object : table().objects) asked.push_back({std::string(object.name), "help"});
  for (const Command* command : table().commands)
    if (!command->verb.empty())
      asked.push_back({std::string(command->object), std::string(command->verb), "--help"});
  for (const auto& words : asked) {
    const std::string text = help(table(), *parse(table(), words));
    for (const std::string_view line : split(text, '\n')) {
      EXPECT_LE(display_width(line), 100u) << line;
      EXPECT_FALSE(line.ends_with(' ')) << "[" << line << "]";
    }
  }
}

}  // namespace
}  // namespace bpfmaps::cli
