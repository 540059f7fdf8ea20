// SPDX-License-Identifier: BSD-2-Clause
#include "disasm/printk_calls.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "disasm/bpf.h"
#include "disasm/names.h"
#include "kernel/btf.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/reader.h"

namespace bpfmaps::disasm {
namespace {

constexpr std::uint64_t kMostFormat = 4096;  // bytes

// What is known of a register: the addresses are offsets into a map's value or from the frame.
struct Known {
  enum class Is : std::uint8_t { nothing, constant, data, stack };
  Is is = Is::nothing;
  std::uint32_t map = 0;
  std::uint64_t value = 0;
};

class CallFinder {
 public:
  CallFinder(const kernel::Prog& prog, const kernel::ProgCode& code, const btf* types)
      : names_(prog, code, types) {
    registers_[BPF_REG_10].is = Known::Is::stack;
  }

  // From top to bottom: a call's format is made ready right before it.
  PrintkCalls find(BpfCode code) {
    for (std::size_t at = 0; at < code.size(); at += width(code.subspan(at)))
      step(code.subspan(at), at);
    return std::move(found_);
  }

 private:
  void step(BpfCode code, std::size_t at) {
    const bpf_insn& insn = code[0];
    Known& to = registers_[insn.dst_reg];
    if (is_call(insn)) return call(code, at);
    if (is_wide_load(insn)) {
      to = {};
      if (insn.src_reg == BPF_PSEUDO_MAP_VALUE && code.size() > 1)
        to = {Known::Is::data, static_cast<std::uint32_t>(insn.imm),
              static_cast<std::uint32_t>(code[1].imm)};
      if (insn.src_reg == 0) to = {Known::Is::constant, 0, wide_constant(code)};
      return;
    }
    switch (BPF_CLASS(insn.code)) {
      case BPF_ALU:
      case BPF_ALU64: return compute(insn, to);
      case BPF_LDX:
      case BPF_LD: to = {}; return;
      case BPF_ST: return store(insn, {Known::Is::constant, 0, number_of(insn)});
      case BPF_STX: return store(insn, registers_[insn.src_reg]);
      default: return;
    }
  }

  static std::uint64_t number_of(const bpf_insn& insn) {
    return static_cast<std::uint64_t>(std::int64_t{insn.imm});
  }

  void compute(const bpf_insn& insn, Known& to) {
    const bool by_register = BPF_SRC(insn.code) == BPF_X;
    const bool is_wide = BPF_CLASS(insn.code) == BPF_ALU64;
    switch (BPF_OP(insn.code)) {
      case BPF_MOV:
        to =
            by_register ? registers_[insn.src_reg] : Known{Known::Is::constant, 0, number_of(insn)};
        if (!is_wide && to.is == Known::Is::constant)
          to.value = static_cast<std::uint32_t>(to.value);
        if (insn.off != 0 || (!is_wide && to.is != Known::Is::constant)) to = {};
        return;
      case BPF_ADD:
        if (by_register || !is_wide) to = {};
        to.value += number_of(insn);
        return;
      default: to = {};
    }
  }

  void store(const bpf_insn& insn, const Known& what) {
    const Known& to = registers_[insn.dst_reg];
    if (to.is != Known::Is::stack || BPF_MODE(insn.code) != BPF_MEM) return;
    constexpr int kSizes[] = {4, 2, 1, 8};  // BPF_W, BPF_H, BPF_B, BPF_DW
    const int size = kSizes[BPF_SIZE(insn.code) >> 3];
    const std::int64_t at = static_cast<std::int64_t>(to.value) + insn.off;
    for (int i = 0; i < size; ++i) {
      stack_.erase(at + i);
      if (what.is == Known::Is::constant)
        stack_[at + i] = static_cast<char>(what.value >> (8 * i) & 0xff);
    }
  }

  void call(BpfCode code, std::size_t at) {
    const std::string name = names_.meaning(code, at);
    if (name == "bpf_trace_printk" || name == "bpf_trace_vprintk") {
      std::string format = text_at(registers_[1], registers_[2]);
      if (format.empty())
        ++found_.unknown;
      else if (std::ranges::find(found_.formats, format) == found_.formats.end())
        found_.formats.push_back(std::move(format));
    }
    for (int i = 0; i <= 5; ++i) registers_[static_cast<std::size_t>(i)] = {};
  }

  // Up to its end, "" where it is not known.
  std::string text_at(const Known& from, const Known& size) {
    const std::uint64_t most =
        size.is == Known::Is::constant ? std::min(size.value, kMostFormat) : kMostFormat;
    std::string text;
    if (from.is == Known::Is::stack) {
      for (std::uint64_t i = 0; i < most; ++i) {
        const auto byte = stack_.find(static_cast<std::int64_t>(from.value + i));
        if (byte == stack_.end()) return {};
        if (byte->second == '\0') break;
        text += byte->second;
      }
    } else if (from.is == Known::Is::data) {
      const std::string& data = data_of(from.map);
      if (from.value < data.size()) text = data.substr(from.value, most);
      text = text.substr(0, text.find('\0'));
    }
    return text;
  }

  const std::string& data_of(std::uint32_t map) {
    const auto [known, is_new] = data_.try_emplace(map);
    if (!is_new) return known->second;
    const auto opened = kernel::map_by_id(map, kernel::Access::read);
    if (!opened || !kernel::is_plain_array(opened->info().type)) return known->second;
    std::string data(opened->info().value_size, '\0');
    const std::uint32_t first = 0;
    if (kernel::lookup(*opened, &first, data.data())) known->second = std::move(data);
    return known->second;
  }

  Names names_;
  std::array<Known, 16> registers_ = {};
  std::map<std::int64_t, char> stack_;  // bytes that are known, by their distance from the frame
  std::map<std::uint32_t, std::string> data_;
  PrintkCalls found_;
};

}  // namespace

Result<PrintkCalls> find_printk_calls(const kernel::Prog& prog) {
  const kernel::ProgCode code = TRY(kernel::read_code(prog, kernel::CodeKind::xlated));
  std::vector<bpf_insn> insns(code.kind.size() / sizeof(bpf_insn));
  std::memcpy(insns.data(), code.kind.data(), insns.size() * sizeof(bpf_insn));
  kernel::Btf types;
  if (prog.info().btf_id != 0)
    if (auto own = kernel::btf_by_id(prog.info().btf_id)) types = *std::move(own);
  return CallFinder(prog, code, types.get()).find(insns);
}

}  // namespace bpfmaps::disasm
