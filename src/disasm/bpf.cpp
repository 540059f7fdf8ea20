// SPDX-License-Identifier: BSD-2-Clause
// The instruction set is that of RFC 9669 and, for what the verifier itself puts into a program,
// of include/linux/filter.h of the kernel.
#include "disasm/bpf.h"

#include <algorithm>
#include <array>

#include "base/number.h"

namespace bpfmaps::disasm {
namespace {

using kernel::kAddressSpaceCast, kernel::kInsnClass, kernel::kInsnMode, kernel::kInsnOperation,
    kernel::kInsnSize, kernel::kLoadAcquire, kernel::kMayGoto, kernel::kMemSigned,
    kernel::kStoreRelease;

// The kernel's own, never in what user space loads.
constexpr std::uint8_t kProbeMem = 0x20, kProbeMemSx = 0x40;
constexpr std::uint8_t kNoSpec = 0xc0;       // a barrier against speculation
constexpr std::int16_t kPerCpuAddress = -1;  // `off` of a move

std::string number(std::int64_t value) { return std::to_string(value); }

std::string reg(unsigned n, bool wide = true) { return (wide ? "r" : "w") + std::to_string(n); }

// "u32", or "s32" for a load that extends the sign.
std::string type_of(const bpf_insn& insn, char sign = 'u') {
  constexpr std::array kBits = {"32", "16", "8", "64"};
  return sign + std::string(kBits[(insn.code & kInsnSize) >> 3]);
}

// "*(u32 *)(r10 -4)", without the star in front where an atomic operation takes it.
std::string memory(const bpf_insn& insn, unsigned base, char sign = 'u') {
  return "(" + type_of(insn, sign) + " *)(" + reg(base) + " " + signed_text(insn.off) + ")";
}

std::string source(const bpf_insn& insn, bool wide) {
  return (insn.code & BPF_X) != 0 ? reg(insn.src_reg, wide) : number(insn.imm);
}

std::string byte_swap(const bpf_insn& insn) {
  const std::string name = (insn.code & kInsnClass) == BPF_ALU64 ? "bswap"
                           : (insn.code & BPF_TO_BE) != 0        ? "be"
                                                                 : "le";
  return reg(insn.dst_reg) + " = " + name + number(insn.imm) + " " + reg(insn.dst_reg);
}

std::string move(const bpf_insn& insn, bool wide) {
  const std::string to = reg(insn.dst_reg, wide) + " = ";
  const bool from_register = (insn.code & BPF_X) != 0;
  if (!from_register || insn.off == 0) return to + source(insn, wide);
  if (wide && insn.off == kAddressSpaceCast) {
    const auto spaces = static_cast<std::uint32_t>(insn.imm);
    return to + "addr_space_cast(" + reg(insn.src_reg) + ", " + number(spaces >> 16) + ", " +
           number(spaces & 0xffff) + ")";
  }
  if (wide && insn.off == kPerCpuAddress)
    return to + "&(void __percpu *)(" + reg(insn.src_reg) + ")";
  return to + "(s" + number(insn.off) + ")" + reg(insn.src_reg, wide);
}

std::string arithmetic(const bpf_insn& insn) {
  constexpr std::array<const char*, 13> kOperators = {"+",  "-", "*", "/", "|", "&",  "<<",
                                                      ">>", "",  "%", "^", "",  "s>>"};
  const bool wide = (insn.code & kInsnClass) == BPF_ALU64;
  const std::string to = reg(insn.dst_reg, wide);
  switch (insn.code & kInsnOperation) {
    case BPF_END: return byte_swap(insn);
    case BPF_NEG: return to + " = -" + to;
    case BPF_MOV: return move(insn, wide);
    default: break;
  }
  const unsigned operation = insn.code >> 4;
  if (operation >= kOperators.size()) return "";
  // Linux 6.6: division of signed numbers.
  const bool is_division = operation == BPF_DIV >> 4 || operation == BPF_MOD >> 4;
  return to + (is_division && insn.off == 1 ? " s" : " ") + kOperators[operation] + "= " +
         source(insn, wide);
}

struct Atomic {
  std::int32_t operation;
  const char *name, *sign;
};
constexpr Atomic kAtomics[] = {
    {BPF_ADD, "add", "+"}, {BPF_OR, "or", "|"}, {BPF_AND, "and", "&"}, {BPF_XOR, "xor", "^"}};

std::string atomic(const bpf_insn& insn) {
  const std::string at = memory(insn, insn.dst_reg), from = reg(insn.src_reg);
  const std::string name = (insn.code & kInsnSize) == BPF_DW ? "atomic64_" : "atomic_";
  switch (insn.imm) {
    case BPF_XCHG: return from + " = " + name + "xchg(" + at + ", " + from + ")";
    case BPF_CMPXCHG: return "r0 = " + name + "cmpxchg(" + at + ", r0, " + from + ")";
    case kLoadAcquire:
      return reg(insn.dst_reg) + " = load_acquire(" + memory(insn, insn.src_reg) + ")";
    case kStoreRelease: return "store_release(" + at + ", " + from + ")";
    default: break;
  }
  const auto* found = std::ranges::find(kAtomics, insn.imm & ~BPF_FETCH, &Atomic::operation);
  if (found == std::end(kAtomics)) return "";
  if ((insn.imm & BPF_FETCH) == 0) return "lock *" + at + " " + found->sign + "= " + from;
  return from + " = " + name + "fetch_" + found->name + "(" + at + ", " + from + ")";
}

std::string store(const bpf_insn& insn) {
  const bool from_register = (insn.code & kInsnClass) == BPF_STX;
  switch (insn.code & kInsnMode) {
    case BPF_MEM:
      return "*" + memory(insn, insn.dst_reg) + " = " +
             (from_register ? reg(insn.src_reg) : number(insn.imm));
    case BPF_ATOMIC: return from_register ? atomic(insn) : "nospec";
    default: return "";
  }
}
static_assert(BPF_ATOMIC == kNoSpec);

std::string load(const bpf_insn& insn) {
  const std::string to = reg(insn.dst_reg) + " = *";
  switch (insn.code & kInsnMode) {
    case BPF_MEM:
    case kProbeMem: return to + memory(insn, insn.src_reg);
    case kMemSigned:
    case kProbeMemSx: return to + memory(insn, insn.src_reg, 's');
    default: return "";
  }
}

// The loads of classic BPF, and of 64-bit constants.
std::string special_load(BpfCode code, std::string_view meaning) {
  const bpf_insn& insn = code[0];
  const std::string packet = "r0 = *(" + type_of(insn) + " *)skb[";
  switch (insn.code & kInsnMode) {
    case BPF_ABS: return packet + number(insn.imm) + "]";
    case BPF_IND: return packet + reg(insn.src_reg) + " + " + number(insn.imm) + "]";
    default: break;
  }
  if (!is_wide_load(insn)) return "";
  return reg(insn.dst_reg) + " = " +
         (meaning.empty() ? hex_text(wide_constant(code)) : std::string(meaning));
}

std::string jump(const bpf_insn& insn, std::string_view meaning) {
  constexpr std::array<const char*, 14> kComparisons = {"",    "==", ">", ">=", "&",  "!=", "s>",
                                                        "s>=", "",   "",  "<",  "<=", "s<", "s<="};
  if (is_call(insn)) return "call " + (meaning.empty() ? number(insn.imm) : std::string(meaning));
  const bool wide = (insn.code & kInsnClass) == BPF_JMP;
  const std::string to = "pc" + signed_text(flow(insn).jump.value_or(0));
  switch (insn.code & kInsnOperation) {
    case BPF_EXIT: return "exit";
    case kMayGoto: return "may_goto " + to;
    case BPF_JA:
      if ((insn.code & BPF_X) != 0) return "gotox " + reg(insn.dst_reg);  // Linux 6.19
      return (wide ? "goto " : "gotol ") + to;
    default: break;
  }
  const unsigned operation = insn.code >> 4;
  if (operation >= kComparisons.size() || *kComparisons[operation] == '\0') return "";
  const std::string with = (insn.code & BPF_X) != 0
                               ? reg(insn.src_reg, wide)
                               : hex_text(static_cast<std::uint32_t>(insn.imm));
  return "if " + reg(insn.dst_reg, wide) + " " + kComparisons[operation] + " " + with + " goto " +
         to;
}

std::string operation_text(BpfCode code, std::string_view meaning) {
  switch (code[0].code & kInsnClass) {
    case BPF_ALU:
    case BPF_ALU64: return arithmetic(code[0]);
    case BPF_ST:
    case BPF_STX: return store(code[0]);
    case BPF_LDX: return load(code[0]);
    case BPF_LD: return special_load(code, meaning);
    default: return jump(code[0], meaning);
  }
}

}  // namespace

std::string bpf_text(BpfCode code, std::string_view meaning) {
  constexpr char kDigits[] = "0123456789abcdef";
  const std::uint8_t opcode = code[0].code;
  const std::string text = operation_text(code, meaning);
  return {std::string{'(', kDigits[opcode >> 4], kDigits[opcode & 15], ')', ' '} +
          (text.empty() ? "unknown" : text)};
}

}  // namespace bpfmaps::disasm
