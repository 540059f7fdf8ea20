// SPDX-License-Identifier: BSD-2-Clause
// The formats that a program prints with, read out of its translated code.
#pragma once

#include <string>
#include <vector>

#include "kernel/handle.h"

namespace bpfmaps::disasm {

struct PrintkCalls {
  std::vector<std::string> formats;  ///< each once, in the order of the code
  unsigned unknown = 0;              ///< calls whose format could not be read
};

/// Follows constants, addresses of global data and what is stored on the stack from instruction to
/// instruction, up to each call of bpf_trace_printk() or bpf_trace_vprintk(). Kind::permission
/// where the kernel keeps the code back.
Result<PrintkCalls> find_printk_calls(const kernel::Prog& prog);

}  // namespace bpfmaps::disasm
