// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/instruction.h"

namespace bpfmaps::kernel {

std::size_t width(BpfCode code) { return is_wide_load(code[0]) && code.size() > 1 ? 2 : 1; }

bool is_call(const bpf_insn& insn) { return insn.code == kCall; }

bool is_wide_load(const bpf_insn& insn) { return insn.code == kWideLoad; }

std::uint64_t wide_constant(BpfCode code) {
  const auto low = static_cast<std::uint32_t>(code[0].imm);
  const auto high = code.size() > 1 ? static_cast<std::uint32_t>(code[1].imm) : 0;
  return std::uint64_t{high} << 32 | low;
}

Flow flow(const bpf_insn& insn) {
  const bool is_short = (insn.code & kInsnClass) == BPF_JMP;
  if (!is_short && (insn.code & kInsnClass) != BPF_JMP32) return {};
  switch (insn.code & kInsnOperation) {
    case BPF_CALL: return {};
    case BPF_EXIT: return {.goes_on = false, .jump = {}};
    case BPF_JA:
      if ((insn.code & BPF_X) != 0) return {.goes_on = false, .jump = {}};
      // Linux 6.6: the long jump keeps its target in `imm`.
      return {.goes_on = false, .jump = is_short ? insn.off : insn.imm};
    default: return {.goes_on = true, .jump = insn.off};
  }
}

}  // namespace bpfmaps::kernel
