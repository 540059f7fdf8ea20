// SPDX-License-Identifier: BSD-2-Clause
// Names of the kernel's functions, from /proc/kallsyms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bpfmaps::kernel {

/// A function of the kernel, of a module or of a BPF program.
struct Symbol {
  std::uint64_t address = 0;     ///< where it begins
  std::string_view name = {};    ///< "" where there is none at the address
  std::string_view module = {};  ///< "" for the kernel itself, "bpf" for programs
};

/// All functions, sorted; none where the text could not be read. Owns the text that symbols point
/// into.
class SymbolTable {
 public:
  /// Lines of the form "ffffffff81000000 T name\t[module]"; addresses of 0, which is what the
  /// kernel shows those it keeps them back from, are no symbols.
  explicit SymbolTable(Result<std::string> kallsyms);
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  /// The last function that begins at `address` or before it, by fewer than `reach` bytes.
  Symbol find(std::uint64_t address, std::uint64_t reach) const;
  /// Where the function of that name begins; 0 where there is none. Looks at all of them.
  std::uint64_t address_of(std::string_view name) const;
  /// Why there are none; nothing where they could be read.
  const std::optional<Error>& gap() const { return gap_; }

 private:
  std::optional<Error> gap_;
  std::string text_;
  std::vector<Symbol> symbols_;
};

/// This kernel's own, read when it is first asked for: some 10 MB of text.
const SymbolTable& kernel_symbols();

}  // namespace bpfmaps::kernel
