// SPDX-License-Identifier: BSD-2-Clause
#include "layout/regex.h"

#include <regex.h>

namespace bpfmaps::layout {
namespace {

// POSIX knows classes in brackets only, glibc \w and \s outside them. Inside brackets a backslash
// is one more letter to POSIX, so that `[\d.]` would miss digits without a word.
std::string to_posix(std::string_view pattern) {
  std::string posix;
  bool bracket = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if (c == '\\' && next != '\0') {
      ++i;
      switch (next) {
        case 'd': posix += bracket ? "[:digit:]" : "[[:digit:]]"; break;
        case 'D': posix += bracket ? "\\D" : "[^[:digit:]]"; break;
        case 'w': posix += bracket ? "[:alnum:]_" : "\\w"; break;
        case 's': posix += bracket ? "[:space:]" : "\\s"; break;
        case '"':
        case '\'': posix += next; break;  // escaped for the quotes around the pattern only
        default: posix.append(bracket ? "" : "\\") += next;
      }
    } else if (!bracket && pattern.substr(i, 3) == "(?:") {
      posix += '(';
      i += 2;
    } else {
      posix += c;
      if (!bracket && c == '[') {
        bracket = true;
        // A closing bracket that stands first is one of the letters.
        while (i + 1 < pattern.size() && (pattern[i + 1] == '^' || pattern[i + 1] == ']')) {
          posix += pattern[++i];
          if (pattern[i] == ']') break;
        }
      } else if (bracket && c == ']') {
        bracket = false;
      }
    }
  }
  return posix;
}

}  // namespace

struct Regex::Compiled {
  regex_t program;
};

void Regex::Free::operator()(Compiled* compiled) const {
  regfree(&compiled->program);
  delete compiled;
}

Result<Regex> Regex::compile(std::string_view pattern) {
  auto fresh = std::make_unique<Compiled>();
  if (const int code =
          regcomp(&fresh->program, to_posix(pattern).c_str(), REG_EXTENDED | REG_NOSUB);
      code != 0) {
    char why[128];
    regerror(code, &fresh->program, why, sizeof why);
    return fail(Error::usage("`" + std::string(pattern) + "` is no regular expression: " + why));
  }
  Regex regex;
  regex.compiled_.reset(fresh.release());
  return regex;
}

bool Regex::matches(std::string_view text) const {
  regmatch_t range{.rm_so = 0, .rm_eo = static_cast<regoff_t>(text.size())};
  return regexec(&compiled_->program, text.data(), 1, &range, REG_STARTEND) == 0;
}

bool PlainPattern::matches(std::string_view subject) const {
  if (at_start && at_end) return subject == text;
  if (at_start) return subject.starts_with(text);
  if (at_end) return subject.ends_with(text);
  return subject.find(text) != std::string_view::npos;
}

bool is_plain(std::string_view pattern, PlainPattern& plain) {
  plain = {};
  if (pattern.starts_with('^')) plain.at_start = true, pattern.remove_prefix(1);
  if (pattern.ends_with('$')) plain.at_end = true, pattern.remove_suffix(1);
  plain.text = pattern;
  return pattern.find_first_of("\\^$.[]|()*+?{}") == pattern.npos;
}

}  // namespace bpfmaps::layout
