// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/number.h"

namespace bpfmaps::commands {

using cli::Option;
using output::Form;

namespace {

/// Whether the user's locale says that nothing but ASCII can be shown; none set says nothing.
bool is_ascii_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value) == "C" || std::string_view(value) == "POSIX";
  }
  return false;
}

/// COLUMNS, which shells set, overrules what the terminal says of itself. 0 where nobody says.
int columns_of_terminal(int fd) {
  const char* columns = std::getenv("COLUMNS");
  const auto typed = parse_u64(columns == nullptr ? "" : columns);
  constexpr std::uint64_t kMost = 10'000;
  if (typed && *typed > 0 && *typed <= kMost) return static_cast<int>(*typed);
  winsize size{};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

Result<output::Style> style_from(const cli::Request& request, int fd) {
  constexpr std::pair<Option, Form> kForms[] = {{Option::json, Form::json},
                                                {Option::pretty, Form::pretty},
                                                {Option::jsonl, Form::jsonl},
                                                {Option::csv, Form::csv}};
  output::Style style;
  const Option* chosen = nullptr;
  for (const auto& [option, form] : kForms) {
    if (!request.has(option)) continue;
    // bpftool's users write -jp: pretty is JSON too, so that pair is no contradiction.
    const bool json_then_pretty =
        chosen != nullptr && *chosen == Option::json && option == Option::pretty;
    if (chosen != nullptr && !json_then_pretty) {
      return fail(Error::usage("--" + std::string(cli::spec(*chosen).name) + " and --" +
                                   std::string(cli::spec(option).name) +
                                   " ask for two forms of one answer",
                               "give one of them"));
    }
    chosen = &option;
    style.form = form;
  }
  style.raw = request.has(Option::raw);
  style.net = request.has(Option::net);
  style.string_ints = request.has(Option::string_ints);
  style.ascii = is_ascii_locale();
  style.vertical = request.has(Option::vertical);
  style.human = request.has(Option::human);
  style.headings = !request.has(Option::no_headers);

  const bool terminal = isatty(fd) == 1;
  const std::string& color = request.value(Option::color);
  if (color == "always" || color == "never") {
    style.color = color == "always";
  } else {
    const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org
    const char* term = std::getenv("TERM");
    style.color = terminal && (no_color == nullptr || *no_color == '\0') &&
                  !(term != nullptr && std::string_view(term) == "dumb");
  }
  style.terminal = terminal;
  if (terminal) style.width = columns_of_terminal(fd);
  return style;
}

bool asks_for_json(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word == "--json" || word == "--jsonl" || word == "--pretty") return true;
    if (word.size() > 1 && word[0] == '-' && word[1] != '-' &&
        word.find_first_of("jp") != std::string::npos)
      return true;
  }
  return false;
}

}  // namespace bpfmaps::commands
