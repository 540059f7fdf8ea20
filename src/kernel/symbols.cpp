// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/symbols.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/text.h"

namespace bpfmaps::kernel {
namespace {

constexpr __u64 kReach = 16;  // bytes of a function's beginning

struct Line {
  __u64 address = 0;  ///< 0 where the line is of no use
  Symbol symbol;
};

Line parse_line(std::string_view text) {
  Line line;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), line.address, 16);
  if (error != std::errc()) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.size() < 4 || std::string_view("tTwW").find(text[1]) == text.npos) return {};
  text.remove_prefix(3);  // " T "
  const std::size_t tab = text.find('\t');
  line.symbol.name = text.substr(0, tab);
  if (tab != text.npos && text.ends_with(']'))
    line.symbol.module = text.substr(tab + 2, text.size() - tab - 3);
  return line;
}

}  // namespace

std::vector<Symbol> find_symbols(std::string_view kallsyms, std::span<const __u64> addresses) {
  std::vector<std::size_t> order(addresses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto address_of = [&](std::size_t index) { return addresses[index]; };
  std::ranges::sort(order, {}, address_of);

  std::vector<Line> nearest(addresses.size());
  while (!kallsyms.empty()) {
    const std::size_t end = std::min(kallsyms.find('\n'), kallsyms.size());
    const Line line = parse_line(kallsyms.substr(0, end));
    kallsyms.remove_prefix(std::min(end + 1, kallsyms.size()));
    if (line.address == 0) continue;
    auto at = std::ranges::lower_bound(order, line.address, {}, address_of);
    for (; at != order.end() && addresses[*at] - line.address < kReach; ++at)
      if (line.address > nearest[*at].address) nearest[*at] = line;
  }
  std::vector<Symbol> symbols;
  for (Line& line : nearest) symbols.push_back(std::move(line.symbol));
  return symbols;
}

std::vector<Symbol> kernel_symbols(std::span<const __u64> addresses) {
  return find_symbols(read_small_file("/proc/kallsyms"), addresses);
}

}  // namespace bpfmaps::kernel
