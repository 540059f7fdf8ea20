// SPDX-License-Identifier: BSD-2-Clause
// The code of a loaded program: as the verifier left it, or as the JIT compiled it.
#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

enum class CodeKind : std::uint8_t { xlated, jited };

/// The code of all functions of a program, one behind the other, and what is known of it. Functions
/// and lines are in rising order of their `insn_off`, which counts 8-byte instructions of the
/// xlated kind; both are empty for a program that was loaded without types.
struct ProgCode {
  std::vector<std::byte> kind;
  std::vector<bpf_func_info> functions;
  std::vector<bpf_line_info> lines;  ///< names and texts are offsets into the program's BTF

  // With CodeKind::jited: where the kernel has it.
  std::vector<std::uint64_t> addresses;       ///< of each function, there is at least the main one
  std::vector<std::uint32_t> sizes;           ///< bytes of each function
  std::vector<std::uint64_t> line_addresses;  ///< of the code of each of `lines`
};

/// The code is never empty. Kind::permission where the kernel keeps the code back: all of it from
/// those without CAP_BPF, that of the JIT from those who may not see kernel addresses
/// (kernel.kptr_restrict). Kind::unsupported for the JIT's where the program is interpreted.
Result<ProgCode> read_code(const Prog& prog, CodeKind kind);

}  // namespace bpfmaps::kernel
