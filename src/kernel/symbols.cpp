// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/symbols.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/file.h"

namespace bpfmaps::kernel {
namespace {

// No symbol (an address of 0) where the line is none, or not a function's.
Symbol parse_line(std::string_view line) {
  Symbol symbol;
  const char* const last = line.data() + line.size();
  const auto [end, error] = std::from_chars(line.data(), last, symbol.address, 16);
  if (error != std::errc()) return {};
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (line.size() < 4 || std::string_view("tTwW").find(line[1]) == line.npos) return {};
  line.remove_prefix(3);  // " T "
  const std::size_t tab = line.find('\t');
  symbol.name = line.substr(0, tab);
  if (tab != line.npos && line.ends_with(']'))
    symbol.module = line.substr(tab + 2, line.size() - tab - 3);
  return symbol;
}

}  // namespace

SymbolTable::SymbolTable(Result<std::string> kallsyms) {
  if (kallsyms)
    text_ = *std::move(kallsyms);
  else
    gap_ = std::move(kallsyms).error();
  for (std::string_view rest = text_; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const Symbol symbol = parse_line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (symbol.address != 0) symbols_.push_back(symbol);
  }
  std::ranges::stable_sort(symbols_, {}, &Symbol::address);
}

Symbol SymbolTable::find(std::uint64_t address, std::uint64_t reach) const {
  const auto behind = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
  if (behind == symbols_.begin()) return {};
  const Symbol& symbol = *(behind - 1);
  if (address - symbol.address >= reach) return {};
  // Several functions may begin at one address: the first that kallsyms lists is the one to show.
  return *std::ranges::lower_bound(symbols_, symbol.address, {}, &Symbol::address);
}

std::uint64_t SymbolTable::address_of(std::string_view name) const {
  const auto found = std::ranges::find(symbols_, name, &Symbol::name);
  return found == symbols_.end() ? 0 : found->address;
}

const SymbolTable& kernel_symbols() {
  static const SymbolTable kTable(read_file("/proc/kallsyms"));
  return kTable;
}

}  // namespace bpfmaps::kernel
