// SPDX-License-Identifier: BSD-2-Clause
#include "base/units.h"

#include <algorithm>
#include <cstdint>

#include "base/number.h"

namespace bpfmaps {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
  bool takes_bytes = false;  // a B may follow
};
constexpr std::uint64_t kThousand = 1000, kKi = 1024;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr Unit kUnits[] = {
    {"k", kThousand, true},
    {"K", kThousand, true},
    {"M", kThousand* kThousand, true},
    {"G", kThousand* kThousand* kThousand, true},
    {"T", kThousand* kThousand* kThousand* kThousand, true},
    {"P", kThousand* kThousand* kThousand* kThousand* kThousand, true},
    {"Ki", kKi, true},
    {"ki", kKi, true},
    {"Mi", kKi* kKi, true},
    {"Gi", kKi* kKi* kKi, true},
    {"Ti", kKi* kKi* kKi* kKi, true},
    {"Pi", kKi* kKi* kKi* kKi* kKi, true},
    {"B", 1},
    {"ns", 1},
    {"us", kThousand},
    {"µs", kThousand},
    {"ms", kThousand* kThousand},
    {"s", kSecond},
    {"m", 60 * kSecond},
    {"min", 60 * kSecond},
    {"h", 3600 * kSecond},
    {"d", 24 * 3600 * kSecond},
};

std::uint64_t factor_of(std::string_view unit) {
  for (const Unit& one : kUnits) {
    if (one.name == unit) return one.factor;
    const bool bytes = one.takes_bytes && unit.ends_with('B');
    if (bytes && unit.substr(0, unit.size() - 1) == one.name) return one.factor;
  }
  return 0;
}

// "12.50" times `factor`, in decimal, with as many decimals as are needed.
std::optional<std::string> times(std::string_view number, std::uint64_t factor) {
  const std::size_t point = std::min(number.find('.'), number.size());
  const std::string_view whole = number.substr(0, point);
  std::string_view rest = number.substr(std::min(point + 1, number.size()));
  while (rest.ends_with('0')) rest.remove_suffix(1);
  if (whole.empty() && rest.empty()) return std::nullopt;
  __extension__ using Wide = unsigned __int128;
  Wide digits = 0, scale = 1;
  for (const std::string_view part : {whole, rest})
    for (const char c : part) {
      if (c < '0' || c > '9') return std::nullopt;
      digits = digits * 10 + static_cast<unsigned>(c - '0');
      if (digits > UINT64_MAX) return std::nullopt;
    }
  for (std::size_t i = 0; i < rest.size(); ++i) scale *= 10;
  digits *= factor;
  if (digits / scale > UINT64_MAX) return std::nullopt;
  std::string text = number_text(static_cast<std::uint64_t>(digits / scale));
  Wide left = digits % scale;
  if (left != 0) text += '.';
  for (; left != 0; left %= scale) {
    left *= 10;
    text += static_cast<char>('0' + static_cast<int>(left / scale));
  }
  return text;
}

}  // namespace

std::optional<std::string> without_unit(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view unit = text.substr(end);
  std::optional<std::string> plain;
  if (unit == "%") {
    const auto percent = parse_double(text.substr(0, end));
    if (percent) plain = number_text(*percent / 100);
  } else if (const std::uint64_t factor = factor_of(unit); end != 0 && factor != 0) {
    plain = times(text.substr(0, end), factor);
  }
  if (plain && negative) plain->insert(0, "-");
  return plain;
}

}  // namespace bpfmaps
