// SPDX-License-Identifier: BSD-2-Clause
// Session: the text of a golden case, read and written.
#pragma once

#include <regex>
#include <string>
#include <variant>
#include <vector>

namespace bpfmaps::test {

/// "# ..." or an empty line.
struct Remark {
  std::string line;
};

/// "~ PATTERN => REPLACEMENT": done to what every later command prints.
struct Rule {
  std::regex pattern;
  std::string replacement;
  std::string line = {};
};

/// "$ COMMAND", and below it what it must print. A command that ends in <<'EOF' goes on to the line
/// EOF.
struct Step {
  std::string command;
  std::string expected;
};

using Part = std::variant<Remark, Rule, Step>;
using Session = std::vector<Part>;

Session parse_session(const std::string& text);
std::string write_session(const Session& session);

}  // namespace bpfmaps::test
