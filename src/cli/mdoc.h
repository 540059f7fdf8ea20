// SPDX-License-Identifier: BSD-2-Clause
// Writes mdoc(7) source: what must be escaped, and how lines are broken. Knows nothing of commands.
#pragma once

#include <string>
#include <string_view>

namespace bpfmaps::cli {

class Mdoc {
 public:
  /// A line of mdoc source as it is.
  void source(std::string_view line);
  /// Running text, a sentence to a line as mdoc wants it; `code` in backquotes becomes literal.
  void text(std::string_view text);
  /// Paragraphs, a blank line between, with .Pp between them.
  void paragraphs(std::string_view details);
  /// Lines shown as they are, indented.
  void literal(std::string_view lines);

  const std::string& page() const { return page_; }

  /// `word` as an argument of a macro.
  static std::string argument(std::string_view word);

 private:
  void code(std::string_view word);
  void plain(std::string_view word);
  void end_line();

  std::string page_;
  std::string line_;  ///< of running text, not yet in page_
};

}  // namespace bpfmaps::cli
