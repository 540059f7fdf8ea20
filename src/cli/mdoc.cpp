// SPDX-License-Identifier: BSD-2-Clause
#include "cli/mdoc.h"

#include "base/text.h"
#include "cli/grammar.h"

namespace bpfmaps::cli {
namespace {

constexpr std::size_t kColumns = 78;  // mandoc warns of text lines beyond 80

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '\\': result += "\\e"; break;
      case '`': result += "\\(ga"; break;
      case '\'': result += "\\(aq"; break;
      case '"': result += "\\(dq"; break;
      case '-': result += "\\-"; break;
      case '^': result += "\\(ha"; break;
      case '~': result += "\\(ti"; break;
      default: result += c;
    }
  }
  return result;
}

bool is_closing(char c) { return std::string_view(".,:;!?)").find(c) != std::string_view::npos; }

}  // namespace

std::string Mdoc::argument(std::string_view word) {
  std::string text = escaped(word);
  const bool like_macro =
      word.size() >= 2 && word.size() <= 3 && word[0] >= 'A' && word[0] <= 'Z' && word[1] > 'Z';
  const bool like_delimiter =
      word.size() == 1 && std::string_view(".,:;!?()[]|").find(word[0]) != std::string_view::npos;
  if (like_macro || like_delimiter) text.insert(0, "\\&");
  return text.find(' ') == std::string::npos ? text : "\"" + text + "\"";
}

void Mdoc::source(std::string_view line) {
  end_line();
  page_.append(line).append("\n");
}

void Mdoc::end_line() {
  if (!line_.empty()) page_.append(line_).append("\n");
  line_.clear();
}

void Mdoc::plain(std::string_view word) {
  const std::string text = escaped(word);
  if (!line_.empty() && line_.size() + 1 + text.size() > kColumns) end_line();
  if (line_.empty()) {
    line_ = word.starts_with('.') ? "\\&" : "";  // a line that begins with a dot is a macro
  } else {
    line_ += ' ';
  }
  line_ += text;
  const bool ends_sentence = word.ends_with('.') || word.ends_with(".)") || word.ends_with('?');
  if (ends_sentence) end_line();
}

// `word` is a backquoted text with what is glued to it: "(`map dump`)," or "`list`".
void Mdoc::code(std::string_view word) {
  end_line();
  const std::size_t open = word.find('`'), close = word.find('`', open + 1);
  std::string line = ".Ql";
  for (const char c : word.substr(0, open)) line.append({' ', c});
  line.append(" ").append(argument(word.substr(open + 1, close - open - 1)));
  const std::string_view rest = word.substr(close + 1);
  for (const char c : rest) line.append(is_closing(c) ? " " : " Ns ").append({c});
  source(line);
}

void Mdoc::text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::size_t open = text.find('`');
    std::size_t end = space;
    const bool is_code = open < space && text.find('`', open + 1) != std::string_view::npos;
    if (is_code) end = text.find(' ', text.find('`', open + 1));
    const std::string_view word = text.substr(0, end);
    if (is_code)
      code(word);
    else if (!word.empty())
      plain(word);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  end_line();
}

void Mdoc::paragraphs(std::string_view details) {
  bool first = true;
  for (const std::string& paragraph : cli::paragraphs(details)) {
    if (!first) source(".Pp");
    first = false;
    text(paragraph);
  }
}

void Mdoc::literal(std::string_view lines) {
  source(".Bd -literal -offset indent");
  for (const std::string_view line : split(lines, '\n'))
    source((line.starts_with('.') ? "\\&" : "") + escaped(line));
  source(".Ed");
}

}  // namespace bpfmaps::cli
