// SPDX-License-Identifier: BSD-2-Clause
// One BPF instruction: the constants of newer kernels, how wide it is, where it goes on. Knows no
// names and writes no text.
#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace bpfmaps::kernel {

using BpfCode = std::span<const bpf_insn>;

/// Parts of `bpf_insn::code`.
constexpr std::uint8_t kInsnClass = 0x07, kInsnSize = 0x18, kInsnMode = 0xe0, kInsnOperation = 0xf0;

// Newer than the oldest headers this builds with.
constexpr std::uint8_t kMemSigned =
    0x80;  ///< mode; Linux 6.6: BPF_MEMSX, a load that extends the sign
constexpr std::uint8_t kMayGoto = 0xe0;  ///< operation; Linux 6.9: BPF_JCOND
constexpr std::int32_t kLoadAcquire = 0x100, kStoreRelease = 0x110;  ///< `imm`; Linux 6.15
constexpr std::int16_t kAddressSpaceCast = 1;                        ///< `off` of a move; Linux 6.9

constexpr std::uint8_t kCall = BPF_JMP | BPF_CALL;
constexpr std::uint8_t kWideLoad = BPF_LD | BPF_IMM | BPF_DW;
constexpr std::uint8_t kFarJump = BPF_JMP32 | BPF_JA;  ///< its distance is `imm`; Linux 6.6

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

}  // namespace bpfmaps::kernel
