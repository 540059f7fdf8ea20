// SPDX-License-Identifier: BSD-2-Clause
#include "output/indent.h"

#include <vector>

namespace bpfmaps::output {
namespace {

// Behind the text that begins at `at`, with its quotes.
std::size_t end_of_text(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at)
    if (json[at] == '\\') ++at;
  return at + 1;
}

// Whether the list that begins at `at` has no list or object in it.
bool is_flat(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != ']'; ++at) {
    if (json[at] == '"') at = end_of_text(json, at) - 1;
    if (json[at] == '[' || json[at] == '{') return false;
  }
  return true;
}

}  // namespace

std::string indented(std::string_view json, int depth) {
  std::string text;
  std::vector<bool> flat;  // of each level that is open
  const auto line = [&] {
    text += '\n';
    text.append((static_cast<std::size_t>(depth) + flat.size()) * 2, ' ');
  };
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    const bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
    if (c == '"') {
      const std::size_t end = end_of_text(json, at);
      text.append(json.substr(at, end - at));
      at = end - 1;
    } else if (opens) {
      text += c;
      const bool is_empty = at + 1 < json.size() && (json[at + 1] == '}' || json[at + 1] == ']');
      flat.push_back(is_empty || (c == '[' && is_flat(json, at)));
      if (!flat.back()) line();
    } else if (closes) {
      const bool was_flat = flat.empty() || flat.back();
      if (!flat.empty()) flat.pop_back();
      if (!was_flat) line();
      text += c;
    } else if (c == ',') {
      text += c;
      if (!flat.empty() && flat.back())
        text += ' ';
      else
        line();
    } else if (c == ':') {
      text += ": ";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace bpfmaps::output
