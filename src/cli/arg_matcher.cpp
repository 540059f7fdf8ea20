// SPDX-License-Identifier: BSD-2-Clause
#include "cli/arg_matcher.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "cli/grammar.h"
#include "cli/habits.h"
#include "cli/table.h"

namespace bpfmaps::cli {
namespace {

constexpr std::pair<std::string_view, Takes> kNouns[] = {
    {"map", Takes::map}, {"prog", Takes::prog}, {"link", Takes::link}};

bool is_selector(Takes takes) {
  return takes == Takes::map || takes == Takes::map_or_file || takes == Takes::prog ||
         takes == Takes::prog_or_any || takes == Takes::link;
}

bool offers(const Operand& operand, std::string_view word) {
  const auto choices = split(operand.choices, '|');
  return std::find(choices.begin(), choices.end(), word) != choices.end();
}

// Whether `word` starts a part of the grammar that is told by its first word.
bool begins_part(const Command& command, std::string_view word) {
  return std::any_of(command.operands.begin(), command.operands.end(), [&](const Operand& operand) {
    return operand.keyword.empty() ? is_bare_choice(operand) && offers(operand, word)
                                   : operand.keyword.substr(0, operand.keyword.find(' ')) == word;
  });
}

// Whether `word` goes on with bytes in hex: 0xfd is no `fd N`.
bool is_hex_byte(const Given& given, std::string_view word) {
  return given.words[0] == "hex" && word.size() == 2 &&
         std::ranges::all_of(word, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::vector<std::string_view> words_of(const std::vector<Wanted>& wanted) {
  std::vector<std::string_view> words;
  for (const Wanted& one : wanted)
    if (!one.word.empty()) words.push_back(one.word);
  return words;
}

}  // namespace

Error ArgMatcher::wrong(const std::string& what, std::string hint) const {
  std::string context = name_of(command_) + ": " + what;
  if (hint.empty()) hint = "usage: bpfmaps " + grammar(command_);
  return Error::usage(std::move(context), std::move(hint));
}

bool ArgMatcher::is_given(const Operand& operand) const {
  return std::any_of(given_.begin(), given_.end(),
                     [&operand](const Given& one) { return one.operand == &operand; });
}

bool ArgMatcher::is_open(const Operand& operand) const {
  return may_repeat(operand) || !is_given(operand);
}

const Operand* ArgMatcher::next_positional() const {
  for (const Operand& operand : command_.operands)
    if (is_positional(operand) && is_open(operand)) return &operand;
  return nullptr;
}

Status ArgMatcher::feed(const std::string& word) {
  if (reading_ != nullptr && takes_ == Takes::data && !given_.back().words.empty() &&
      begins_part(command_, word) && !is_hex_byte(given_.back(), word))
    end_value();
  return reading_ != nullptr ? feed_value(word) : feed_part(word);
}

bool ArgMatcher::is_due(const Operand& positional) const {
  return is_required(positional) && !is_given(positional);
}

bool ArgMatcher::may_lead(const Operand& operand, const Operand& positional) const {
  return is_bare_choice(operand) && &operand < &positional && is_open(operand);
}

Status ArgMatcher::feed_part(const std::string& word) {
  const Operand* positional = keyword_.empty() ? next_positional() : nullptr;
  const auto leads = [&](const Operand& operand) {
    return may_lead(operand, *positional) && offers(operand, word);
  };
  if (positional != nullptr && (is_due(*positional) ? std::ranges::none_of(command_.operands, leads)
                                                    : !begins_part(command_, word))) {
    TRY(begin(*positional));
    return feed_value(word);
  }
  const std::string keyword = keyword_ + word;
  for (const Operand& operand : command_.operands) {
    if (keyword_.empty() && is_bare_choice(operand) && offers(operand, word)) {
      TRY(begin(operand));
      return feed_value(word);
    }
    if (operand.keyword.starts_with(keyword + " ")) {
      keyword_ = keyword + " ";
      return {};
    }
    if (!operand.keyword.empty() && operand.keyword == keyword) {
      keyword_.clear();
      return begin(operand);
    }
  }
  for (const Operand& operand : command_.operands) {
    if (keyword_.empty() || std::string(operand.keyword) + ' ' != keyword_) continue;
    keyword_.clear();
    TRY(begin(operand));
    return feed_value(word);
  }
  std::vector<Wanted> wanted;
  want_parts(wanted);
  std::string hint = did_you_mean(word, words_of(wanted));
  // What stands alone was meant for the keyword that is still missing.
  for (const Operand& operand : command_.operands) {
    const bool takes_it = (operand.keyword == "key" && operand.takes == Takes::data) ||
                          (operand.takes == Takes::interface && !operand.keyword.empty());
    if (hint.empty() && takes_it && is_open(operand))
      hint = "did you mean `" + std::string(operand.keyword) + " " + word + "`?";
  }
  if (hint.empty() && command_.verb == "list")
    if (const std::string noun(command_.object); noun == "map" || noun == "prog")
      hint = "`bpfmaps " + noun + " show name " + word + "` shows one, and --where those that fit";
  return fail(wrong("`" + word + "` is not understood here", std::move(hint)));
}

Status ArgMatcher::begin(const Operand& operand) {
  if (!is_open(operand)) return fail(wrong("`" + shown(operand) + "` is given twice"));
  given_.push_back({.operand = &operand});
  reading_ = &operand;
  in_second_ = false;
  expect(operand.takes);
  return {};
}

void ArgMatcher::expect(Takes takes) {
  takes_ = takes;
  if (takes == Takes::nothing) return end_value();
  if (is_selector(takes)) selector_.emplace(takes);
}

void ArgMatcher::end_value() {
  selector_.reset();
  const bool has_second = !in_second_ && reading_->then_takes != Takes::nothing;
  if (!has_second) {
    reading_ = nullptr;
    return;
  }
  in_second_ = true;
  awaits_word_ = !reading_->then_word.empty();
  if (!awaits_word_) expect(reading_->then_takes);
}

Status ArgMatcher::feed_then_word(const std::string& word) {
  if (word != reading_->then_word) {
    // `map nam X`: the value may have been meant for a keyword of two words.
    std::vector<std::string_view> others;
    const std::string first = std::string(reading_->keyword) + " ";
    for (const Operand& operand : command_.operands)
      if (operand.keyword.starts_with(first))
        others.push_back(operand.keyword.substr(first.size()));
    return fail(wrong("`" + word + "` is not understood here",
                      did_you_mean(given_.back().words.front(), others)));
  }
  awaits_word_ = false;
  expect(reading_->then_takes);
  return {};
}

Status ArgMatcher::feed_value(const std::string& word) {
  if (awaits_word_) return feed_then_word(word);
  Given& given = given_.back();
  if (takes_ == Takes::data) {
    given.words.push_back(word);
    return {};
  }
  if (word.empty()) return fail(wrong("`" + shown(*reading_) + "` is an empty word"));
  if (takes_ == Takes::any) {
    for (const auto& [noun, takes] : kNouns) {
      if (noun != word) continue;
      given.noun = word;
      expect(takes);
      return {};
    }
    return fail(wrong("`" + word + "` is none of map, prog, link"));
  }
  if (selector_) {
    if (auto fed = selector_->feed(word); !fed)
      return fail(wrong(fed.error().context, is_required(*reading_)
                                                 ? fed.error().hint
                                                 : meant_for_interface(word, fed.error().hint)));
    if (!selector_->done()) return {};
    given.selector = selector_->selector();
    end_value();
    return {};
  }
  if (takes_ == Takes::number && !parse_u64(word))
    return fail(wrong("`" + word + "` is no number for `" + shown(*reading_) + "`"));
  if (takes_ == Takes::choice && !offers(*reading_, word)) {
    const auto choices = split(reading_->choices, '|');
    std::string hint = choice_habit(reading_->choices, word);
    if (hint.empty()) hint = did_you_mean(word, choices);
    return fail(
        wrong("`" + word + "` is none of " + std::string(reading_->choices), std::move(hint)));
  }
  given.words.push_back(word);
  end_value();
  return {};
}

Status ArgMatcher::finish() {
  if (reading_ != nullptr && takes_ == Takes::data && !given_.back().words.empty()) end_value();
  if (!keyword_.empty()) {
    const std::string first = keyword_.substr(0, keyword_.size() - 1);
    return fail(wrong("something is missing behind `" + first + "`"));
  }
  if (reading_ != nullptr) {
    const std::string missing = selector_ ? selector_->missing() : std::string();
    return fail(wrong(missing.empty() ? "`" + shown(*reading_) + "` is not whole" : missing));
  }
  for (const Operand& operand : command_.operands)
    if (!is_given(operand))
      if (std::string hint = missing_value(operand); !hint.empty())
        return fail(wrong("`" + shown(operand) + "` is missing", std::move(hint)));
  for (const Operand& operand : command_.operands)
    if (is_required(operand) && !is_given(operand))
      return fail(wrong("`" + shown(operand) + "` is missing"));
  return {};
}

// `xdp eth0`: the name of an interface stands behind its keyword.
std::string ArgMatcher::meant_for_interface(const std::string& word, std::string otherwise) const {
  for (const Operand& operand : command_.operands)
    if (operand.takes == Takes::interface && !operand.keyword.empty() && is_open(operand))
      return "did you mean `" + std::string(operand.keyword) + " " + word + "`?";
  return otherwise;
}

// `key XDP_PASS packets=1`: fields that stand behind a key of one word are the value's.
std::string ArgMatcher::missing_value(const Operand& missing) const {
  if (missing.keyword != "value" || missing.takes != Takes::data) return {};
  for (const Given& one : given_) {
    if (one.operand->keyword != "key" || one.words.size() < 2) continue;
    if (one.words[0].find('=') != std::string::npos || one.words[1].find('=') == std::string::npos)
      continue;
    std::string text = "did you mean `key " + one.words[0] + " value";
    for (std::size_t i = 1; i < one.words.size(); ++i) text += " " + one.words[i];
    return text + "`?";
  }
  return {};
}

void ArgMatcher::want_value(std::vector<Wanted>& wanted, const Operand& operand,
                            Takes takes) const {
  if (is_selector(takes)) {
    (selector_ ? *selector_ : SelectorMatcher(takes)).want(wanted);
  } else if (takes == Takes::any) {
    for (const auto& [noun, _] : kNouns) wanted.push_back({.word = noun, .doc = operand.doc});
  } else if (takes == Takes::choice) {
    for (const std::string_view choice : split(operand.choices, '|'))
      wanted.push_back({.word = choice, .doc = operand.doc});
  } else {
    wanted.push_back({.takes = takes, .keyword = operand.keyword});
  }
}

void ArgMatcher::want_parts(std::vector<Wanted>& wanted) const {
  const Operand* positional = keyword_.empty() ? next_positional() : nullptr;
  if (positional != nullptr) {
    want_value(wanted, *positional, positional->takes);
    if (!is_due(*positional)) positional = nullptr;
  }
  for (const Operand& operand : command_.operands) {
    if (!is_open(operand) || (positional != nullptr && !may_lead(operand, *positional))) continue;
    if (keyword_.empty() && is_bare_choice(operand)) want_value(wanted, operand, Takes::choice);
    if (!keyword_.empty() && std::string(operand.keyword) + ' ' == keyword_)
      want_value(wanted, operand, operand.takes);
    if (operand.keyword.empty() || !operand.keyword.starts_with(keyword_)) continue;
    const std::string_view rest = operand.keyword.substr(keyword_.size());
    wanted.push_back({.word = rest.substr(0, rest.find(' ')), .doc = operand.doc});
  }
}

std::vector<Wanted> ArgMatcher::wanted() const {
  std::vector<Wanted> wanted;
  if (awaits_word_) return {{.word = reading_->then_word, .doc = reading_->doc}};
  if (reading_ != nullptr) {
    want_value(wanted, *reading_, takes_);
    if (takes_ != Takes::data || given_.back().words.empty()) return wanted;
  }
  want_parts(wanted);
  return wanted;
}

}  // namespace bpfmaps::cli
