// SPDX-License-Identifier: BSD-2-Clause
// Saved maps: JSON lines that hold a map's entries and all that is needed to read them without it.
// The first line says what it is, the last one that it is whole; between them are entries as
// `map dump --jsonl` prints them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "entries/entry_block.h"
#include "entries/typed_map.h"
#include "kernel/btf.h"
#include "kernel/handle.h"
#include "output/record.h"

namespace bpfmaps::entries {

/// A program that entries stand for: how it is found again.
struct SavedProgram {
  std::uint32_t id = 0;
  std::string name, tag;
  std::vector<std::string> pinned;
};

/// A map that lay in a saved map of maps.
struct SavedInner {
  std::uint32_t id = 0;
  std::vector<unsigned char> key = {};  ///< of the map of maps
  std::string name = {};
  std::uint32_t max_entries = 0;
};

/// What a saved file holds.
struct SavedMap {
  kernel::MapInfo info;  ///< as the map was: its ids are no longer anybody's
  kernel::Btf types;     ///< of keys and values, which `info` names by their ids; null for none
  std::vector<std::uint32_t> cpus;  ///< those that were possible, in a per-CPU map
  bool frozen = false;
  std::string kernel;               ///< "6.18.5"
  std::vector<std::string> pinned;  ///< where the map was
  std::vector<SavedProgram> programs;
  /// With --recursive: what the inner maps are, each of them, and where they lie. The entries are
  /// theirs.
  std::unique_ptr<SavedMap> inner;
  std::vector<SavedInner> inner_maps;
  output::Record shown;        ///< the map as `map show` had it
  mutable EntryBlocks blocks;  ///< in the order of the file
  std::uint64_t count = 0;
};

/// The types of the inner maps of `saved`, which has some: a TypedMap without entries.
Result<std::unique_ptr<TypedMap>> inner_types_of(const SavedMap& saved, const MapOptions& options);

/// Whether entries may be read again. Else each is gone once the next one was read, which halves
/// the memory of what keeps them elsewhere.
enum class Reading : std::uint8_t { again, last };

/// All its entries; `saved` outlives the source.
Result<std::unique_ptr<kernel::Source>> open_saved_source(const SavedMap& saved,
                                                          Reading reading = Reading::again);

/// The value of a key of `typed`, a saved map; null where there is none. In an LPM trie `key`
/// becomes that of the longest prefix that covers it.
const unsigned char* find_saved(const TypedMap& typed, unsigned char* key);
/// The key behind `key`, or the first one where that is null; null behind the last one.
/// Kind::not_found where there is no such key.
Result<const unsigned char*> next_saved(const TypedMap& typed, const unsigned char* key);

/// Whether `path` leads to a saved map, and so to no pin: a file outside of a bpffs that starts as
/// one, or "-", standard input.
bool is_saved_map(const std::string& path);

/// Reads a saved map as a TypedMap, whose `saved` is then set and whose descriptor is -1: the whole
/// file is read, checked and kept as bytes. Kind::invalid for a line that is wrong (its number and
/// what), Kind::incomplete for a file without its last line. `options.types` may name other types.
Result<std::unique_ptr<TypedMap>> open_saved_map(const std::string& path,
                                                 const MapOptions& options);
/// The same of the first line alone: no entries are read, and none are there.
Result<std::unique_ptr<TypedMap>> open_saved_types(const std::string& path,
                                                   const MapOptions& options);

}  // namespace bpfmaps::entries
