// SPDX-License-Identifier: BSD-2-Clause
// A loaded program as people read it: its functions, their instructions as text, and the source
// lines that these were made from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "kernel/btf.h"
#include "kernel/prog/prog_code.h"

namespace bpfmaps::disasm {

/// A line of the source, as the compiler wrote it down: empty texts where it did not.
struct SourceLine {
  std::string_view text;  ///< without the space around it
  std::string_view file;
  std::uint32_t line = 0, column = 0;
};

struct Instruction {
  std::uint64_t pc =
      0;  ///< xlated: in 8-byte instructions of the program; jited: in bytes of the function
  std::string text;
  Bytes bytes;
  std::optional<SourceLine> source;  ///< where the code of a new line begins
};

struct Function {
  std::string name;
  std::string prototype;  ///< "int count(struct xdp_md *ctx)"; "" where no types are known
  std::vector<Instruction> instructions;
};

/// Owns what its functions point into.
struct Listing {
  kernel::ProgCode code;
  kernel::Btf types;
  std::vector<Function> functions;
  std::vector<std::string> remarks;  ///< what could not be said of the code, and why
};

/// Never without an instruction: errors are those of kernel::read_code() and, for jited code, of
/// HostDisassembler::start().
Result<Listing> list(const kernel::Prog& prog, kernel::CodeKind kind);

}  // namespace bpfmaps::disasm
