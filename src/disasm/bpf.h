// SPDX-License-Identifier: BSD-2-Clause
// One BPF instruction: how wide it is, where it goes on, and its text as the kernel's verifier
// writes it. Knows no names: what a number stands for is the caller's to say.
#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bpfmaps::disasm {

using BpfCode = std::span<const bpf_insn>;

/// Instructions of 8 bytes that the one at the front of `code`, which is not empty, takes: 2 for
/// the load of a 64-bit constant, else 1.
std::size_t width(BpfCode code);

/// Whether it calls something, or loads a 64-bit constant: what may stand for an object or a
/// function.
bool is_call(const bpf_insn& insn);
bool is_wide_load(const bpf_insn& insn);
/// The constant that the two halves of a wide load hold.
std::uint64_t wide_constant(BpfCode code);

/// Where control goes behind an instruction, as far as it tells: `gotox` does not.
struct Flow {
  bool goes_on = true;               ///< to the next one
  std::optional<std::int64_t> jump;  ///< instructions from the next one to where it may jump
};
Flow flow(const bpf_insn& insn);

/// "(61) r1 = *(u32 *)(r1 +0)": the first instruction of `code` behind its opcode. `meaning`
/// stands for what a call calls or a wide load loads, where the caller knows better than the
/// number. What no kernel up to 6.19 has is "(ef) unknown".
std::string bpf_text(BpfCode code, std::string_view meaning = {});

}  // namespace bpfmaps::disasm
