// SPDX-License-Identifier: BSD-2-Clause
// The text of one BPF instruction as the kernel's verifier writes it. Knows no names: the caller
// says what a number stands for.
#pragma once

#include <string>
#include <string_view>

#include "kernel/prog/instruction.h"

namespace bpfmaps::disasm {

using kernel::BpfCode;
using kernel::flow;
using kernel::is_call;
using kernel::is_wide_load;
using kernel::wide_constant;
using kernel::width;

/// "(61) r1 = *(u32 *)(r1 +0)": the first instruction of `code` behind its opcode. `meaning`
/// stands for what a call calls or a wide load loads, where the caller knows better than the
/// number. What no kernel up to 6.19 has is "(ef) unknown".
std::string bpf_text(BpfCode code, std::string_view meaning = {});

}  // namespace bpfmaps::disasm
