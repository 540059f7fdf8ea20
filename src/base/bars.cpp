// SPDX-License-Identifier: BSD-2-Clause
#include "base/bars.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace bpfmaps {
namespace {

constexpr std::array<std::string_view, 8> kLeft = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
constexpr std::array<std::string_view, 8> kBottom = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kAscii = "_.:-=+*#";

}  // namespace

std::string bar(std::uint64_t value, std::uint64_t most, std::size_t columns, bool ascii) {
  if (value == 0 || most == 0) return {};
  const double share = std::min(static_cast<double>(value) / static_cast<double>(most), 1.0);
  const auto eighths =
      std::max(static_cast<std::size_t>(share * static_cast<double>(columns * 8)), std::size_t{1});
  if (ascii) return std::string((eighths + 7) / 8, '#');
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += kLeft.back();
  if (eighths % 8 != 0) text += kLeft[eighths % 8 - 1];
  return text;
}

std::string height(double value, double most, bool ascii) {
  const double share = most > 0 ? std::clamp(value / most, 0.0, 1.0) : 0;
  const auto level = static_cast<std::size_t>(share * 7 + 0.5);
  const std::size_t at = std::min<std::size_t>(level, 7);
  return ascii ? std::string(1, kAscii[at]) : std::string(kBottom[at]);
}

}  // namespace bpfmaps
