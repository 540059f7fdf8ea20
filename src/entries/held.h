// SPDX-License-Identifier: BSD-2-Clause
// Held objects: entries that stand for programs, interfaces and CPUs, made what the kernel takes
// for them: descriptors and indices of this machine.
#pragma once

#include <vector>

#include "entries/entry_block.h"
#include "entries/saved_map.h"
#include "kernel/handle.h"

namespace bpfmaps::entries {

/// Whether entries of that map are more to the kernel than their bytes.
bool holds_objects(const kernel::MapInfo& info);

/// Entries for a map, and the programs whose descriptors are in them: open until they are written.
struct HeldEntries {
  EntryBlocks blocks;
  std::vector<kernel::Prog> programs;
};

/// `blocks` of `from`, as `to` takes them. A program is found by its pins, else by its tag and
/// name; where none is, or several are, that is an error of Kind::not_found. Interfaces go by their
/// names. Kind::unsupported for sockets and the like, which only their owner can put there.
Result<HeldEntries> hold_objects(const TypedMap& from, const TypedMap& to,
                                 const EntryBlocks& blocks);

}  // namespace bpfmaps::entries
