// SPDX-License-Identifier: BSD-2-Clause
// Regex: a pattern compiled once, matched against bytes that end nowhere in particular.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bpfmaps::layout {

/// A POSIX extended regular expression, where \d, \w, \s and (?:...) mean what they do elsewhere.
/// One object serves one thread: the C library locks what it matches with.
class Regex {
 public:
  static Result<Regex> compile(std::string_view pattern);

  bool matches(std::string_view text) const;

 private:
  struct Compiled;
  struct Free {
    void operator()(Compiled* compiled) const;
  };
  std::unique_ptr<Compiled, Free> compiled_;
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
