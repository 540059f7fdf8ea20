// SPDX-License-Identifier: BSD-2-Clause
// What --jsonl prints, while it is printed.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bpfmaps::test {

/// The lines that are whole.
inline std::vector<nlohmann::json> lines_of(const std::string& out) {
  std::vector<nlohmann::json> lines;
  for (std::size_t at = 0, end = 0; (end = out.find('\n', at)) != out.npos; at = end + 1)
    lines.push_back(nlohmann::json::parse(out.substr(at, end - at)));
  return lines;
}

/// What Running::wait_for() waits for: that many lines.
inline auto has_lines(std::size_t count) {
  return [count](const std::string& out) { return lines_of(out).size() >= count; };
}

}  // namespace bpfmaps::test
