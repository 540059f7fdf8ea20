// SPDX-License-Identifier: BSD-2-Clause
// What the program and its disassembler of compiled code agree on. LLVM stands behind it in a
// module of its own: the tables of one instruction set need 50,000 relocations, a millisecond that
// nobody who reads a map should wait for.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

/// What to write for an address that is jumped to or called or, without `is_branch`, for a
/// constant; valid until it is asked for another. Null for the number.
using BpfmapsNameOf = const char* (*)(void* names, std::uint64_t value, bool is_branch);

struct BpfmapsHost {
  /// A disassembler of this machine's code, or null.
  void* (*open)(void* names, BpfmapsNameOf name_of);
  /// Writes the instruction at the front of `code`, which lies at `address`, with a tab between
  /// operation and operands. Returns its bytes: 0 where there is none.
  std::size_t (*text)(void* host, const unsigned char* code, std::size_t size,
                      std::uint64_t address, char* text, std::size_t room);
  void (*close)(void* host);
};

/// Its name changes when what is above does: an old module is no module.
extern __attribute__((visibility("default"))) const BpfmapsHost bpfmaps_host_1;
}
