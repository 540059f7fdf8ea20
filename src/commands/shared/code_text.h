// SPDX-License-Identifier: BSD-2-Clause
// How the code of a program is shown: as text for people, as records, and drawn as a graph.
#pragma once

#include <string>

#include "disasm/listing.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// Beside the instructions and the lines they were made from.
struct CodeStyle {
  bool opcodes = false;  ///< the bytes of each instruction
  bool linum = false;    ///< where the lines stand: file, line, column
};

/// Functions below their prototypes, instructions below their lines of source.
std::string code_text(const disasm::Listing& listing, kernel::CodeKind kind, CodeStyle style);

/// The basic blocks of translated code and how they follow each other, in the language of dot(1).
std::string code_graph(const disasm::Listing& listing, CodeStyle style);

/// bpftool's fields: of translated code a record for each instruction, the first of a function with
/// its prototype; of compiled code a record for each function that holds its instructions.
std::vector<output::Record> code_records(const disasm::Listing& listing, kernel::CodeKind kind,
                                         CodeStyle style);

/// An instruction to a row, for CSV.
void print_code_rows(const disasm::Listing& listing, CodeStyle style, output::Writer& out,
                     const output::Style& form);

}  // namespace bpfmaps::commands
