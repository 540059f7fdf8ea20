// SPDX-License-Identifier: BSD-2-Clause
#include "cli/complete.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cli/split.h"
#include "cli/table.h"

namespace bpfmaps::cli {
namespace {

// `map name` and `map idx` both begin with `map`, which is offered once.
void offer(Completion& completion, std::string text, std::string_view doc) {
  const bool is_there = std::any_of(completion.words.begin(), completion.words.end(),
                                    [&text](const Candidate& one) { return one.text == text; });
  if (text.starts_with(completion.typed) && !is_there)
    completion.words.push_back({std::move(text), doc});
}

// What may follow `--name ` or `--name=`.
void offer_argument(Completion& completion, const OptionSpec& spec) {
  for (const std::string_view choice : split(spec.choices, '|'))
    offer(completion, std::string(choice), "");
  if (spec.takes != Takes::choice) completion.values.push_back({.takes = spec.takes});
}

void offer_options(Completion& completion, const Typed& before, bool common_too) {
  for (const OptionSpec& spec : options()) {
    const bool fits = completion.command == nullptr ? goes_with_every_command(spec.id)
                                                    : takes_option(*completion.command, spec.id);
    if (fits && !spec.hidden && !before.has(spec.id) &&
        (common_too || !goes_with_every_command(spec.id)))
      offer(completion, "--" + std::string(spec.name), spec.doc);
  }
}

// `--name=` with something behind it; false where `current` is no such thing.
bool complete_glued(Completion& completion, const std::string& current) {
  const std::size_t equals = current.find('=');
  if (equals == std::string::npos) return false;
  const OptionSpec* spec = current.starts_with("--")
                               ? find_option(completion.command, current.substr(2, equals - 2))
                               : nullptr;
  if (spec == nullptr || spec->argument.empty()) return true;
  completion.glued = current.substr(0, equals + 1);
  completion.typed = current.substr(equals + 1);
  offer_argument(completion, *spec);
  return true;
}

void offer_objects(Completion& completion, const Table& table) {
  for (const Object& object : table.objects)
    offer(completion, std::string(object.name), object.summary);
  offer(completion, "help", "how this is used");
}

void offer_verbs(Completion& completion, const Table& table, std::string_view object) {
  const auto commands = commands_of(table, object);
  for (const Command* command : commands)
    offer(completion, std::string(command->verb), command->summary);
  if (!commands.empty()) offer(completion, "help", "the verbs and their grammar");
}

// An option, or the argument of one; false where the cursor's word is neither.
bool offer_option(Completion& completion, const Typed& before, const std::string& current) {
  if (before.unfinished != nullptr) {
    offer_argument(completion, *before.unfinished);
    return true;
  }
  if (before.only_words || !current.starts_with('-')) return false;
  if (!complete_glued(completion, current)) offer_options(completion, before, true);
  return true;
}

void offer_operands(Completion& completion, const ArgMatcher& walk) {
  for (const Wanted& wanted : walk.wanted()) {
    if (wanted.word.empty())
      completion.values.push_back(wanted);
    else
      offer(completion, std::string(wanted.word), wanted.doc);
  }
}

}  // namespace

Completion complete(const Table& table, std::span<const std::string> before,
                    const std::string& current) {
  Completion completion;
  completion.typed = current;
  const Typed typed = split_options(before, guess_command(table, before));
  const std::vector<std::string>& words = typed.words;
  if (!words.empty()) completion.command = find_command(table, words[0], "");
  const std::ptrdiff_t behind = completion.command == nullptr ? 2 : 1;  // operands
  if (words.size() >= 2 && behind == 2)
    completion.command = find_command(table, words[0], words[1]);

  if (completion.command == nullptr) {
    if (offer_option(completion, typed, current) || words.size() > 1) return completion;
    if (words.empty())
      offer_objects(completion, table);
    else
      offer_verbs(completion, table, words[0]);
    return completion;
  }

  ArgMatcher walk(*completion.command);
  const bool fits =
      std::all_of(words.begin() + behind, words.end(),
                  [&walk](const std::string& word) { return walk.feed(word).has_value(); });
  completion.given = walk.given();
  if (offer_option(completion, typed, current) || !fits) return completion;
  offer_operands(completion, walk);
  const bool nothing_else = completion.words.empty() && completion.values.empty();
  if (nothing_else && current.empty() && !typed.only_words) offer_options(completion, typed, false);
  return completion;
}

std::string unquoted(std::string_view word) {
  std::string text;
  char quote = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < word.size();
    if (escapes &&
        (quote == 0 || std::string_view("\\\"$`").find(word[i + 1]) != std::string_view::npos))
      text += word[++i];
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    else if (c == quote)
      quote = 0;
    else
      text += c;
  }
  return text;
}

}  // namespace bpfmaps::cli
