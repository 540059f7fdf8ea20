// SPDX-License-Identifier: BSD-2-Clause
// Applying entries to a map: all that is between entries that have been checked and a map that
// holds them. Says what changed.
#pragma once

#include <optional>

#include "entries/entry_block.h"
#include "entries/write_entries.h"

namespace bpfmaps::entries {

struct ApplyOptions {
  kernel::Want want = kernel::Want::any;
  bool replace = false;  ///< delete what is not among the entries
  bool dry = false;      ///< only compare
};

struct Applied {
  std::uint64_t written = 0;
  /// What the map had before, beside the entries: where that was asked for.
  std::optional<std::uint64_t> added = {}, changed = {}, unchanged = {}, removed = {};
  std::string remark = {};
};

/// Why `to` cannot be written by many entries: it is frozen, or what it holds is more to the kernel
/// than bytes. Asked before anything is read.
Status check_writable(const TypedMap& to);

/// `blocks`, for comparing keys: the bits of an LPM trie's keys that are behind their length become
/// zero. The kernel compares none of them, and keeps them as they are given.
EntryBlocks with_plain_prefixes(const TypedMap& typed, EntryBlocks blocks);

/// Of entries with one key all but the last are left out where `last_wins`; else they are an error
/// of Kind::invalid that names the key and the places of two of them, counted from 1.
Status settle_duplicates(const TypedMap& typed, EntryBlocks& blocks, bool last_wins);

/// Writes `blocks`, entries as the map takes them and each key once. Writes first and deletes last,
/// unless the map is too full for that. Where something fails, the error says how far it came.
Result<Applied> apply(const TypedMap& to, const EntryBlocks& blocks, const ApplyOptions& options,
                      const Progress& progress);

}  // namespace bpfmaps::entries
