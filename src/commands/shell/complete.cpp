// SPDX-License-Identifier: BSD-2-Clause
// __shell complete: answers the completion scripts in completions/.
//
// For zsh and fish a line is an offer, a tab and what it means. For bash it is the offer alone, and
// the first line says how readline should treat them: words, files, or nospace.
#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shell/candidates.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Takes;

// What a shell acts on where it stands unquoted.
bool is_code(std::string_view text) { return text.find_first_of(" $`;&|<>()\\\"'") != text.npos; }

// Names of types and variables come from files. One that would have to be quoted, and cannot be
// since more of the word follows, is not offered; nothing in what is said of an offer is for the
// terminal to obey.
std::vector<Found> offers(const cli::Completion& completion, Context& context) {
  std::vector<Found> all;
  for (const cli::Candidate& word : completion.words)
    all.push_back({word.text, std::string(word.doc)});
  for (const cli::Wanted& wanted : completion.values)
    for (Found& one : candidates(completion, wanted, context)) {
      if (one.is_open && is_code(std::string_view(one.text).substr(completion.typed.size())))
        continue;
      one.doc = terminal_safe(one.doc);
      all.push_back(std::move(one));
    }
  return all;
}

bool has_special(const std::string& text) {
  return text.find_first_of(" \"'\\$&|;<>()*?[]{}!#~`") != std::string::npos;
}

// readline replaces only what follows `kept`, adds the slash of a directory itself, and quotes what
// it takes for names of files.
std::string for_bash(const std::vector<Found>& all, const std::string& glued, std::size_t kept) {
  const bool files = std::ranges::any_of(
      all, [](const Found& one) { return one.is_path || has_special(one.text); });
  const bool open = std::ranges::any_of(all, &Found::is_open);
  std::string text = open ? "nospace\n" : files ? "files\n" : "words\n";
  for (const Found& one : all) {
    std::string offer = glued + one.text;
    if (one.is_path && offer.ends_with('/')) offer.pop_back();
    text.append(offer, kept).append("\n");
  }
  return text;
}

std::string with_docs(const std::vector<Found>& all, const std::string& glued) {
  std::string text;
  for (const Found& one : all)
    text.append(glued).append(one.text).append("\t").append(one.doc).append("\n");
  return text;
}

Status run(const cli::Request& request, Context& context) {
  const bool bash = request.word("SHELL") == "bash";
  const bool fish = request.word("SHELL") == "fish";
  const cli::Given* given = request.find("WORDS");
  std::vector<std::string> words = given == nullptr ? std::vector<std::string>{} : given->words;
  words.resize(std::max<std::size_t>(words.size(), bash ? 2 : 1));
  // zsh takes the quotes away itself, and fish those of all words but the last.
  if (bash) std::ranges::transform(words, words.begin(), cli::unquoted);
  if (fish) words.back() = cli::unquoted(words.back());
  const std::string typed = std::move(words.back());
  words.pop_back();
  std::string kept;  // of the last word, by bash
  if (bash) {
    kept = std::move(words.back());
    words.pop_back();
  }
  const cli::Completion completion = cli::complete(context.table, words, kept + typed);
  const std::vector<Found> all = offers(completion, context);
  context.out.write(bash ? for_bash(all, completion.glued, kept.size())
                         : with_docs(all, completion.glued));
  return {};
}

constexpr cli::Operand kOperands[] = {
    {"", "SHELL", Takes::word, Count::one, "bash, zsh or fish"},
    {"", "WORDS", Takes::data, Count::optional, "what was typed up to the cursor"},
};

}  // namespace

const cli::Command kShellComplete{
    .object = "__shell",
    .verb = "complete",
    .summary = "print what may come next on a command line",
    .details = {},
    .operands = kOperands,
    .options = {},
    .examples = {},
    .run = run,
    .hidden = true,
};

}  // namespace bpfmaps::commands
