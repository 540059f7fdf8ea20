// SPDX-License-Identifier: BSD-2-Clause
#include "golden/session.h"

#include <sstream>
#include <stdexcept>

namespace bpfmaps::test {
namespace {

Rule parse_rule(const std::string& line) {
  const std::size_t arrow = line.find(" => ");
  if (arrow == std::string::npos) throw std::runtime_error("a rule without =>: " + line);
  return {std::regex(line.substr(2, arrow - 2)), line.substr(arrow + 4), line};
}

// `line`, and the lines that are its input.
std::string parse_command(std::string line, std::istringstream& lines) {
  if (!line.ends_with("<<'EOF'")) return line;
  for (std::string input; std::getline(lines, input);) {
    line += "\n" + input;
    if (input == "EOF") return line;
  }
  throw std::runtime_error("input that does not end: " + line);
}

}  // namespace

Session parse_session(const std::string& text) {
  Session session;
  std::istringstream lines(text);
  std::string blank;  // empty lines that may still turn out to belong to a command's output
  for (std::string line; std::getline(lines, line);) {
    std::string mark = line.substr(0, 2);
    auto* step = session.empty() ? nullptr : std::get_if<Step>(&session.back());
    // A line of `map diff`, not a rule.
    if (step != nullptr && line.starts_with("~  ")) mark.clear();
    if (line.empty() && step != nullptr) {
      blank += "\n";
    } else if (mark == "$ " || mark == "# " || mark == "~ " || step == nullptr) {
      for (; !blank.empty(); blank.pop_back()) session.push_back(Remark{});
      if (mark == "$ ")
        session.push_back(Step{parse_command(line.substr(2), lines), {}});
      else if (mark == "~ ")
        session.push_back(parse_rule(line));
      else
        session.push_back(Remark{line});
    } else {
      step->expected += blank + line + "\n";
      blank.clear();
    }
  }
  return session;
}

std::string write_session(const Session& session) {
  std::string text;
  for (const Part& part : session) {
    if (const auto* remark = std::get_if<Remark>(&part)) text += remark->line + "\n";
    if (const auto* rule = std::get_if<Rule>(&part)) text += rule->line + "\n";
    if (const auto* step = std::get_if<Step>(&part))
      text += "$ " + step->command + "\n" + step->expected;
  }
  return text;
}

}  // namespace bpfmaps::test
