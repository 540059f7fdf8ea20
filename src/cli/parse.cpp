// SPDX-License-Identifier: BSD-2-Clause
#include "cli/parse.h"

#include <algorithm>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "cli/arg_matcher.h"
#include "cli/bpftool_words.h"
#include "cli/habits.h"
#include "cli/split.h"
#include "cli/table.h"
#include "cli/topics.h"

namespace bpfmaps::cli {
namespace {

constexpr std::string_view kMore = "`bpfmaps help` says more";

std::string join(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

std::string one_of(std::span<const std::string_view> words) { return "one of " + join(words); }

std::string dashed(const OptionSpec& spec) { return "--" + std::string(spec.name); }

std::string in_quotes(std::string_view word) { return "`" + std::string(word) + "`"; }

// `help` in place of an object, of a verb, or of all that follows one: a habit from other tools.
bool take_help_word(std::vector<std::string>& words) {
  const auto end =
      words.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(words.size(), 3));
  const auto at = std::find(words.begin(), end, "help");
  if (at == end) return false;
  words.erase(at);
  return true;
}

Result<const Command*> find_verb(const Table& table, std::string_view object,
                                 const std::string& verb) {
  if (const Command* command = find_command(table, object, verb)) return command;
  const auto verbs = verbs_of(table, object);
  std::string hint = verb_habit(table, object, verb);
  if (hint.empty()) hint = hint_for_bpftools(object, verb);
  if (hint.empty()) hint = did_you_mean(verb, verbs);
  if (hint.empty()) hint = one_of(verbs);
  return fail(
      Error::usage(std::string(object) + " has no verb " + in_quotes(verb), std::move(hint)));
}

// bpftool has one verb with two names where we have two verbs: `show` that names nothing lists
// everything, and `list` that names something shows it.
const Command* settle_synonym(const Table& table, const Command& command,
                              std::span<const std::string> operands) {
  const bool names_something = !operands.empty();
  if (command.verb == "show" && !names_something && takes_positional(command))
    if (const Command* list = find_command(table, command.object, "list")) return list;
  constexpr std::string_view kWays[] = {"id", "pinned", "name", "tag"};
  const bool selects =
      names_something && (operands[0].find('/') != std::string::npos ||
                          std::ranges::find(kWays, operands[0]) != std::end(kWays));
  if (command.verb == "list" && selects && !takes_positional(command))
    if (const Command* show = find_command(table, command.object, "show")) return show;
  return &command;
}

Status check_value(const OptionSpec& spec, const std::string& value, const std::string& where) {
  const std::string about = where + dashed(spec) + ": " + in_quotes(value);
  if (spec.takes == Takes::number && !parse_u64(value))
    return fail(Error::usage(about + " is no number"));
  if (spec.takes != Takes::choice) return {};
  const auto choices = split(spec.choices, '|');
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return {};
  return fail(Error::usage(about + " is none of " + join(choices), did_you_mean(value, choices)));
}

Error unknown_option(const std::string& typed, const Command& command, const std::string& where) {
  std::vector<std::string> dashed_names;
  for (const OptionSpec& spec : options())
    if (takes_option(command, spec.id) && !spec.hidden) dashed_names.push_back(dashed(spec));
  const std::vector<std::string_view> names(dashed_names.begin(), dashed_names.end());
  std::string hint = option_habit(command, typed);
  if (hint.empty()) hint = did_you_mean(typed.substr(0, typed.find('=')), names);
  if (hint.empty()) hint = "what stands behind a `--` is no option, whatever it begins with";
  return Error::usage(where + "there is no option " + in_quotes(typed), std::move(hint));
}

/// Whether an option was typed by its letter, as in `dev -x`, which may have meant an interface.
bool is_typed_by_letter(const OptionSpec& spec, std::span<const std::string> typed) {
  const auto end = std::ranges::find(typed, "--");
  return spec.letter != 0 && std::any_of(typed.begin(), end, [&spec](const std::string& word) {
           return word.size() > 1 && word[0] == '-' && word[1] != '-' &&
                  word.find(spec.letter) != std::string::npos;
         });
}

Error not_its_option(const OptionSpec& spec, const Command& command, const std::string& where,
                     std::span<const std::string> typed) {
  std::string own;
  for (const Option option : command.options)
    if (!cli::spec(option).hidden)
      own.append(own.empty() ? "" : " ").append(dashed(cli::spec(option)));
  std::string hint = option_habit(command, spec.name);
  if (hint.empty())
    hint = own.empty() ? "it takes only the options that go with every command"
                       : "its options are " + own;
  if (!is_typed_by_letter(spec, typed))
    return Error::usage(where + dashed(spec) + " is not one of its options", std::move(hint));
  const std::string letter = {'-', spec.letter};
  return Error::usage(where + letter + " is " + dashed(spec) + ", which is not one of its options",
                      hint + "; what stands behind a `--` is no option: `-- " + letter + "`");
}

Status set_options(const Typed& typed, std::span<const std::string> words, const Command& command,
                   Request& request) {
  const std::string where = name_of(command) + ": ";
  if (!typed.unknown.empty()) return fail(unknown_option(typed.unknown.front(), command, where));
  if (typed.overfilled != nullptr)
    return fail(Error::usage(where + dashed(*typed.overfilled) + " takes no argument"));
  for (const auto& [option, value] : typed.options) {
    const OptionSpec& spec = cli::spec(option);
    if (!takes_option(command, option)) return fail(not_its_option(spec, command, where, words));
    // A switch may be repeated, an alias' --color=never overruled, and two --where hold together;
    // of others one would be dropped in silence.
    if (request.has(option) && option == Option::where) {
      request.set(option, "(" + request.value(option) + ") and (" + value + ")");
      continue;
    }
    const bool is_list = spec.argument.ends_with(",...");
    const bool again = request.has(option) && !spec.argument.empty();
    if (again && !is_list && !goes_with_every_command(option))
      return fail(Error::usage(where + dashed(spec) + " is given twice"));
    if (!spec.argument.empty()) TRY(check_value(spec, value, where));
    request.set(option, again && is_list ? request.value(option) + "," + value : value);
  }
  if (request.has(Option::debug)) request.set(Option::verbose, "");
  if (typed.unfinished == nullptr) return {};
  if (!takes_option(command, typed.unfinished->id))
    return fail(not_its_option(*typed.unfinished, command, where, words));
  return fail(Error::usage(where + dashed(*typed.unfinished) + " lacks its " +
                           std::string(typed.unfinished->argument)));
}

}  // namespace

Result<Request> parse(const Table& table, std::span<const std::string> typed_words) {
  const Command* const guessed = guess_command(table, typed_words);
  Typed typed = split_options(typed_words, guessed);
  std::vector<std::string>& words = typed.words;
  Request request;
  const bool asks_version = words.size() == 1 && words[0] == "version";
  if (typed.has(Option::version) || asks_version) {
    request.special = Request::Special::version;
    for (const auto& [option, value] : typed.options)
      if (goes_with_every_command(option)) request.set(option, value);
    return request;
  }
  const bool asks_help = take_help_word(words) || typed.has(Option::help);
  if (asks_help) request.special = Request::Special::help;

  if (words.empty()) {
    if (asks_help) return request;
    return fail(Error::usage("an object is missing",
                             one_of(object_names(table)) + "; " + std::string(kMore)));
  }
  request.object = find_object(table, words[0]);
  const Topic* topic = find_topic(words[0]);
  if (asks_help && words.size() == 1 && topic != nullptr) {
    request.object = topic->name;
    return request;
  }
  if (request.object.empty()) {
    std::string hint(hint_for_bpftools(words[0], ""));
    if (words.size() > 1 && find_command(table, find_object(table, words[1]), words[0]) != nullptr)
      hint = "did you mean `" + words[1] + " " + words[0] + "`?";
    if (hint.empty()) hint = did_you_mean(words[0], object_names(table));
    if (hint.empty()) hint = one_of(object_names(table));
    return fail(Error::usage("there is no object " + in_quotes(words[0]), std::move(hint)));
  }
  const Command* const only = find_command(table, request.object, "");
  if (only == nullptr && words.size() == 1) {
    if (asks_help) return request;
    if (find_command(table, request.object, "list") != nullptr) words.emplace_back("list");
  }
  if (only == nullptr && words.size() == 1) {
    return fail(Error::usage(std::string(request.object) + ": a verb is missing",
                             one_of(verbs_of(table, request.object))));
  }
  const Command* verb = only != nullptr ? only : TRY(find_verb(table, request.object, words[1]));
  const std::size_t behind = only != nullptr ? 1 : 2;
  request.command =
      asks_help ? verb
                : settle_synonym(table, *verb, std::span<const std::string>(words).subspan(behind));
  if (asks_help) return request;

  if (request.command != guessed) typed = split_options(typed_words, request.command);
  TRY(set_options(typed, typed_words, *request.command, request));
  ArgMatcher walk(*request.command);
  for (std::size_t i = behind; i < words.size(); ++i) TRY(walk.feed(words[i]));
  TRY(walk.finish());
  request.given = walk.given();
  return request;
}

}  // namespace bpfmaps::cli
