// SPDX-License-Identifier: BSD-2-Clause
// The basic blocks of a function of translated code: runs of instructions that are entered only at
// their first and left only at their last.
#pragma once

#include <cstddef>
#include <vector>

#include "disasm/listing.h"

namespace bpfmaps::disasm {

struct Block {
  std::size_t first = 0, last = 0;  ///< of the function's instructions
  std::vector<std::size_t> next;    ///< blocks that may follow, each once; none behind an exit
};

/// In the order of the code: the first is where the function is entered.
std::vector<Block> blocks_of(const Function& function);

}  // namespace bpfmaps::disasm
