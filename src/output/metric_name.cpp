// SPDX-License-Identifier: BSD-2-Clause
#include "output/metric_name.h"

#include <algorithm>
#include <iterator>

namespace bpfmaps::output {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct KnownUnit {
  std::string_view word, unit;
  double scale;
};
constexpr KnownUnit kUnits[] = {
    {"bytes", "bytes", 1},        {"ns", "seconds", 1e-9},
    {"nsec", "seconds", 1e-9},    {"nsecs", "seconds", 1e-9},
    {"nanosec", "seconds", 1e-9}, {"nanoseconds", "seconds", 1e-9},
    {"us", "seconds", 1e-6},      {"usec", "seconds", 1e-6},
    {"usecs", "seconds", 1e-6},   {"microseconds", "seconds", 1e-6},
    {"ms", "seconds", 1e-3},      {"msec", "seconds", 1e-3},
    {"msecs", "seconds", 1e-3},   {"milliseconds", "seconds", 1e-3},
    {"sec", "seconds", 1},        {"secs", "seconds", 1},
    {"seconds", "seconds", 1},
};

// What OpenMetrics appends to the names of other types.
constexpr std::string_view kTaken[] = {"total", "created", "count", "sum", "bucket", "info"};

std::string_view last_word(std::string_view name) { return name.substr(name.rfind('_') + 1); }

}  // namespace

std::string snake_case(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_upper(c)) {
      const char before = i == 0 ? '\0' : text[i - 1];
      const bool ends_word = i + 1 < text.size() && is_lower(text[i + 1]) && is_upper(before);
      if (is_lower(before) || is_digit(before) || ends_word) made += '_';
      made += static_cast<char>(c - 'A' + 'a');
    } else {
      made += is_lower(c) || is_digit(c) ? c : '_';
    }
  }
  made.erase(
      std::unique(made.begin(), made.end(), [](char a, char b) { return a == '_' && b == '_'; }),
      made.end());
  if (made.ends_with('_')) made.pop_back();
  if (made.starts_with('_')) made.erase(0, 1);
  return made.empty() ? "_" : made;
}

std::string label_name(std::string_view text) {
  std::string name = snake_case(text);
  if (is_digit(name[0])) name.insert(0, 1, '_');
  return name;
}

UnitName unit_of(std::string_view word) {
  const auto* known = std::ranges::find(kUnits, word, &KnownUnit::word);
  if (known == std::end(kUnits)) return {.name = {}, .scale = 0};
  return {.name = {}, .unit = std::string(known->unit), .scale = known->scale};
}

UnitName split_unit(std::string_view name) {
  const std::string_view word = last_word(name);
  UnitName made = unit_of(word);
  if (made.scale == 0) return {.name = std::string(name)};
  const std::size_t left = name.size() - word.size();
  made.name = name.substr(0, left == 0 ? 0 : left - 1);
  return made;
}

std::string with_unit(std::string name, std::string_view unit) {
  if (unit.empty() || last_word(name) == unit) return name;
  if (!name.empty()) name += '_';
  return name.append(unit);
}

std::string gauge_name(std::string name) {
  if (std::ranges::count(kTaken, last_word(name)) != 0) name += "_value";
  return name;
}

}  // namespace bpfmaps::output
