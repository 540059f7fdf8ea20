// SPDX-License-Identifier: BSD-2-Clause
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "cli/arg_matcher.h"
#include "cli/grammar.h"
#include "cli/parse.h"

namespace bpfmaps::cli {
namespace {

using By = Selector::By;

struct Way {
  By by;
  std::string_view word;
  std::string_view value;
  std::string_view doc;
};
constexpr Way kWays[] = {{By::id, "id", "a number", "by the kernel's number"},
                         {By::pinned, "pinned", "a path", "by the path of a pin"},
                         {By::name, "name", "a name", "by the name it was made with"},
                         {By::tag, "tag", "a tag", "by the hash of its instructions"}};

constexpr std::string_view kAny = "any";

bool allows(Takes takes, By by) {
  switch (by) {
    case By::id:
    case By::pinned: return true;
    case By::name: return takes != Takes::link;
    case By::tag: return takes == Takes::prog;
    case By::any: return false;
  }
  return false;
}

std::vector<std::string_view> way_words(Takes takes) {
  std::vector<std::string_view> words;
  for (const Way& way : kWays)
    if (allows(takes, way.by)) words.push_back(way.word);
  return words;
}

Error names_nothing(Takes takes, const std::string& word) {
  const auto words = way_words(takes);
  std::string hint;
  for (const std::string_view way : words)
    if (word.starts_with(std::string(way) + "="))
      hint = "did you mean `" + std::string(way) + " " + word.substr(way.size() + 1) + "`?";
  if (hint.empty()) hint = did_you_mean(word, words);
  if (hint.empty()) {
    const std::string_view way = parse_u64(word) ? "id" : takes == Takes::link ? "pinned" : "name";
    hint = std::string("did you mean `").append(way).append(" ").append(word).append("`?");
  }
  return Error::usage("`" + word + "` does not say which " + std::string(selector_noun(takes)) +
                          ": " + std::string(forms_of(takes)),
                      std::move(hint));
}

}  // namespace

Status SelectorMatcher::feed(const std::string& word) {
  if (!has_way_) {
    if (may_be_any_ && word == kAny) {
      selector_ = {.by = By::any, .text = word};
      done_ = true;
      return {};
    }
    for (const Way& way : kWays) {
      if (way.word != word || !allows(takes_, way.by)) continue;
      selector_.by = way.by;
      has_way_ = true;
      return {};
    }
    // No pin has a point in its name: a word with one is a file that a map is saved in.
    const bool is_file = (takes_ == Takes::map || takes_ == Takes::map_or_file) &&
                         (word == "-" || word.find('.') != word.npos);
    if (word.find('/') == std::string::npos && !is_file) return fail(names_nothing(takes_, word));
  }
  if (selector_.by == By::id) {
    const auto id = parse_u64(word);
    if (!id || *id > std::numeric_limits<std::uint32_t>::max())
      return fail(Error::usage("`" + word + "` is no id: ids are whole numbers of 32 bits"));
    selector_.id = static_cast<std::uint32_t>(*id);
  }
  selector_.text = word;
  done_ = true;
  return {};
}

void SelectorMatcher::want(std::vector<Wanted>& wanted) const {
  for (const Way& way : kWays)
    if (!has_way_ && allows(takes_, way.by)) wanted.push_back({.word = way.word, .doc = way.doc});
  if (may_be_any_ && !has_way_) wanted.push_back({.word = kAny, .doc = "whatever is there"});
  wanted.push_back({.takes = takes_, .by = selector_.by});
}

std::string SelectorMatcher::missing() const {
  for (const Way& way : kWays)
    if (has_way_ && way.by == selector_.by)
      return std::string("`").append(way.word).append("` lacks ").append(way.value);
  return {};
}

Result<Selector> parse_selector(Takes takes, std::span<const std::string> words, std::size_t& at) {
  SelectorMatcher walk(takes);
  while (!walk.done() && at < words.size()) TRY(walk.feed(words[at++]));
  if (walk.done()) return walk.selector();
  const std::string missing = walk.missing();
  return fail(Error::usage(
      missing.empty() ? "no word says which " + std::string(selector_noun(takes)) : missing,
      std::string(forms_of(takes))));
}

}  // namespace bpfmaps::cli
