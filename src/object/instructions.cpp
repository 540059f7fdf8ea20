// SPDX-License-Identifier: BSD-2-Clause
// Sets of instructions by release: RFC 9669 and the kernel's Documentation/bpf/standardization.
#include "object/instructions.h"

#include <linux/bpf.h>

#include <algorithm>
#include <utility>

#include "kernel/names.h"
#include "kernel/prog/instruction.h"
#include "object/loops.h"

namespace bpfmaps::object {
namespace {

using kernel::kLoadAcquire, kernel::kMayGoto, kernel::kStoreRelease;

Need of_call(const bpf_insn& instruction) {
  if (instruction.src_reg == BPF_PSEUDO_CALL) return {"functions that are called", {4, 16}};
  if (instruction.src_reg != 0) return {};
  const auto helper = static_cast<std::uint32_t>(instruction.imm);
  const std::string_view name = kernel::helper_name(helper);
  return {"helper " + (name.empty() ? std::to_string(helper) : std::string(name)),
          helper_since(helper)};
}

Need of_jump(const bpf_insn& instruction) {
  const std::uint8_t code = instruction.code;
  if (code == kernel::kCall) return of_call(instruction);
  if (code == (BPF_JMP | kMayGoto)) return {"loops that the kernel may end (may_goto)", {6, 9}};
  if (code == kernel::kFarJump) return {"jumps farther than 32767 (cpu v4)", {6, 6}};
  if (BPF_CLASS(code) == BPF_JMP32) return {"jumps on 32 bits (cpu v3)", {5, 1}};
  return {};
}

Need of_arithmetic(const bpf_insn& instruction) {
  const std::uint8_t operation = BPF_OP(instruction.code);
  const bool wide = BPF_CLASS(instruction.code) == BPF_ALU64;
  if (operation == BPF_MOV && wide && instruction.off == kernel::kAddressSpaceCast)
    return {"address spaces (arena)", {6, 9}};
  const bool has_sign = instruction.off != 0 &&
                        (operation == BPF_MOV || operation == BPF_DIV || operation == BPF_MOD);
  if (has_sign || (operation == BPF_END && wide)) return {"instructions of cpu v4", {6, 6}};
  return {};
}

Need of_memory(const bpf_insn& instruction) {
  const std::uint8_t kind = BPF_CLASS(instruction.code), mode = BPF_MODE(instruction.code);
  if (kind == BPF_LDX && mode == kernel::kMemSigned) return {"instructions of cpu v4", {6, 6}};
  if (kind != BPF_STX || mode != BPF_ATOMIC) return {};
  if (instruction.imm == kLoadAcquire || instruction.imm == kStoreRelease)
    return {"loads that acquire, stores that release", {6, 15}};
  if (instruction.imm != BPF_ADD) return {"atomic operations beyond addition", {5, 12}};
  return {};
}

Need need_of(const bpf_insn& instruction) {
  switch (BPF_CLASS(instruction.code)) {
    case BPF_JMP:
    case BPF_JMP32: return of_jump(instruction);
    case BPF_ALU:
    case BPF_ALU64: return of_arithmetic(instruction);
    default: return of_memory(instruction);
  }
}

}  // namespace

std::vector<Need> instruction_needs(Bytes section) {
  std::vector<Need> needs;
  if (has_loop(section)) needs.push_back({"loops", {5, 3}});
  for (std::size_t at = 0; within(at, sizeof(bpf_insn), section.size()); at += sizeof(bpf_insn)) {
    const auto instruction = read_at<bpf_insn>(section, at);
    Need need = need_of(instruction);
    if (need.since != Linux() && std::ranges::find(needs, need.name, &Need::name) == needs.end())
      needs.push_back(std::move(need));
    if (instruction.code == kernel::kWideLoad) at += sizeof(bpf_insn);
  }
  return needs;
}

}  // namespace bpfmaps::object
