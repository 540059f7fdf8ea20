// SPDX-License-Identifier: BSD-2-Clause
#include "cli/split.h"

#include <algorithm>

#define CXXOPTS_NO_REGEX  // <regex> triples the size of this file's code
#include <cxxopts.hpp>

#include "base/text.h"
#include "cli/table.h"

namespace bpfmaps::cli {
namespace {

// Stands before words that cxxopts must not take for options. No marked word equals the other two.
constexpr char kMark = '\x01';
constexpr char kSwitch[] = "\x01\x02";   // the value of a switch
constexpr char kNothing[] = "\x01\x03";  // behind the last word, where an option may miss its value

bool is_option_like(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && (word[1] < '0' || word[1] > '9');
}

bool needs_mark(const std::string& word) {
  return !word.empty() && (word[0] == kMark || (word[0] == '-' && !is_option_like(word)));
}

std::string unmarked(const std::string& word) {
  return !word.empty() && word[0] == kMark ? word.substr(1) : word;
}

// Making an option costs more than looking for it, and few are ever typed.
bool may_be_in(const OptionSpec& spec, std::span<const std::string> typed) {
  return std::any_of(typed.begin(), typed.end(), [&spec](const std::string& word) {
    if (!is_option_like(word)) return false;
    return word[1] == '-' ? std::string_view(word).substr(2).starts_with(spec.name)
                          : spec.letter != 0 && word.find(spec.letter) != std::string::npos;
  });
}

// The argument of `word` where it is an option that may have one, "[log2|linear]": `next`, or the
// first of its choices where that is none of them. "" for all else.
std::string_view optional_choice(std::string_view word, std::string_view next,
                                 const Command* command) {
  if (!word.starts_with("--")) return {};
  const OptionSpec* spec = find_option(command, word.substr(2));
  // "[LABEL=]A,B" begins so, too, and has no choices.
  if (spec == nullptr || spec->choices.empty() || !spec->argument.starts_with('[')) return {};
  const std::vector<std::string_view> choices = split(spec->choices, '|');
  return std::find(choices.begin(), choices.end(), next) != choices.end() ? next : choices[0];
}

cxxopts::Options options_for(std::span<const std::string> typed, const Command* command) {
  cxxopts::Options known("bpfmaps");
  known.allow_unrecognised_options();
  for (const OptionSpec& spec : options()) {
    if (!may_be_in(spec, typed) || find_option(command, spec.name) != &spec) continue;
    auto value = cxxopts::value<std::string>();
    if (spec.argument.empty()) value->implicit_value(kSwitch);
    std::string names(spec.name);
    if (spec.letter != 0) names.insert(0, {spec.letter, ','});
    known.add_options()(names, "", value);
  }
  return known;
}

void sort_out(const cxxopts::ParseResult& parsed, const Command* command, Typed& typed) {
  for (const cxxopts::KeyValue& option : parsed.arguments()) {
    const OptionSpec& spec = *find_option(command, option.key());
    const bool is_switch = spec.argument.empty();
    if (is_switch && option.value() != kSwitch) typed.overfilled = &spec;
    if (!is_switch && option.value() == kNothing) {
      typed.unfinished = &spec;
    } else {
      typed.options.emplace_back(spec.id, is_switch ? "" : unmarked(option.value()));
    }
  }
  for (const std::string& word : parsed.unmatched())
    if (word != kNothing)
      (is_option_like(word) ? typed.unknown : typed.words).push_back(unmarked(word));
}

}  // namespace

bool Typed::has(Option option) const {
  return std::any_of(options.begin(), options.end(),
                     [option](const auto& given) { return given.first == option; });
}

Typed split_options(std::span<const std::string> typed, const Command* command) {
  const auto end = std::find(typed.begin(), typed.end(), "--");
  const auto before = typed.first(static_cast<std::size_t>(end - typed.begin()));
  Typed result;
  if (std::none_of(before.begin(), before.end(), is_option_like)) {
    result.words.assign(before.begin(), before.end());
  } else {
    std::vector<std::string> marked;
    for (std::size_t i = 0; i < before.size(); ++i) {
      const std::string_view next = i + 1 < before.size() ? before[i + 1] : std::string_view();
      if (const std::string_view choice = optional_choice(before[i], next, command);
          !choice.empty()) {
        marked.push_back(before[i] + "=" + std::string(choice));
        if (choice == next) ++i;
        continue;
      }
      marked.push_back(needs_mark(before[i]) ? kMark + before[i] : before[i]);
    }
    marked.push_back(kNothing);
    std::vector<const char*> argv = {"bpfmaps"};
    for (const std::string& word : marked) argv.push_back(word.c_str());
    cxxopts::Options known = options_for(before, command);
    sort_out(known.parse(static_cast<int>(argv.size()), argv.data()), command, result);
  }
  if (end != typed.end()) {
    result.only_words = true;
    result.words.insert(result.words.end(), end + 1, typed.end());
  }
  return result;
}

}  // namespace bpfmaps::cli
