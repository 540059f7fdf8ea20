// SPDX-License-Identifier: BSD-2-Clause
// Regex: a pattern compiled once for all threads, matched by PCRE2 within limits of steps and
// memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bpfmaps::layout {

/// A regular expression in the syntax of Perl. Text is UTF-8; bytes that are none fit nothing. `.`
/// fits a newline, `$` the end of the text alone.
class Regex {
 public:
  static Result<Regex> compile(std::string_view pattern);

 private:
  friend class RegexMatcher;
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

/// What one thread matches with; allocated once, not for each text.
class RegexMatcher {
 public:
  RegexMatcher();

  /// Throws Thrown where `regex` runs out of its limits on `text`: it may fit or not.
  bool matches(const Regex& regex, std::string_view text) const;

 private:
  struct Scratch;
  struct Free {
    void operator()(Scratch* scratch) const;
  };
  std::unique_ptr<Scratch, Free> scratch_;
};

/// A pattern without anything but letters, between ^ and $ or not: found without an engine.
struct PlainPattern {
  std::string text;
  bool at_start = false, at_end = false;

  bool matches(std::string_view subject) const;
};

/// Whether `pattern` is a plain one; then `plain` is it.
bool is_plain(std::string_view pattern, PlainPattern& plain);

}  // namespace bpfmaps::layout
