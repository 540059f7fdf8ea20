// SPDX-License-Identifier: BSD-2-Clause
// Names of the kernel's functions, from /proc/kallsyms.
#pragma once

#include <linux/types.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps::kernel {

struct Symbol {
  std::string name;    ///< "" where there is none at the address, or addresses are kept back
  std::string module;  ///< "" for the kernel itself
};

/// The function that begins at each of `addresses`, or up to 15 bytes before it: what is probed
/// may lie behind an instruction for indirect branch tracking. Reads the whole of /proc/kallsyms.
std::vector<Symbol> kernel_symbols(std::span<const __u64> addresses);

/// The same from `kallsyms`, lines of the form "ffffffff81000000 T name\t[module]".
std::vector<Symbol> find_symbols(std::string_view kallsyms, std::span<const __u64> addresses);

}  // namespace bpfmaps::kernel
