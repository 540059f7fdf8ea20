// SPDX-License-Identifier: BSD-2-Clause
// Snapshot: what a map held at one time, as raw bytes, so that two looks can be compared entry by
// entry. Knows no field: what a change means is for counter.h and whoever shows it.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "base/entries.h"

namespace bpfmaps::layout {

/// Where an entry of a snapshot lies.
struct EntryRef {
  std::uint32_t block, index;
};

class Snapshot {
 public:
  Snapshot(std::size_t key_size, std::size_t value_size)
      : key_size_(key_size), value_size_(value_size) {}

  /// Copies `entries`, which are the `part`-th of the map and were read at `time_ns`
  /// (CLOCK_MONOTONIC).
  void add(const Entries& entries, std::uint64_t part, std::uint64_t time_ns);
  /// Takes what `other`, of the same sizes, was shown.
  void merge(Snapshot other);
  /// Puts the parts in their order, once, when everything is added and merged.
  void settle();

  std::uint64_t count() const { return count_; }
  std::size_t key_size() const { return key_size_; }
  std::size_t value_size() const { return value_size_; }

  const unsigned char* key(EntryRef at) const {
    return blocks_[at.block].keys.data() + at.index * key_size_;
  }
  const unsigned char* value(EntryRef at) const {
    return blocks_[at.block].values.data() + at.index * value_size_;
  }
  /// When the entry was read.
  std::uint64_t time_ns(EntryRef at) const { return blocks_[at.block].time_ns; }
  /// The number of an entry, counted from the first one.
  std::uint64_t number(EntryRef at) const { return blocks_[at.block].first + at.index; }

  /// The first entry, and the one behind another; only where is_end() does not hold.
  static EntryRef begin() { return {0, 0}; }
  bool is_end(EntryRef at) const { return at.block == blocks_.size(); }
  EntryRef next(EntryRef at) const {
    if (++at.index == blocks_[at.block].count) at = {at.block + 1, 0};
    return at;
  }

 private:
  struct Block {
    std::uint64_t part, time_ns;
    std::uint64_t first;  // entries in the blocks before it, once settled
    std::uint32_t count;  // not 0
    std::vector<unsigned char> keys, values;
  };

  std::size_t key_size_, value_size_;
  std::uint64_t count_ = 0;
  std::vector<Block> blocks_;
};

/// Finds the entries of a settled look by key. A kernel hands a map's entries out in the same order
/// again and again, so the next one asked for mostly lies behind the last one found; a table of
/// hashes is made when that fails.
class EntryFinder {
 public:
  /// `look` outlives it.
  explicit EntryFinder(const Snapshot& look) : snapshot_(look), found_(look.count()) {}

  /// The entry with that key; nothing where there is none.
  std::optional<EntryRef> find(const unsigned char* key);
  /// Calls `visit` for the entries that were never found.
  template <class Visit>
  void for_each_left(Visit visit) const {
    if (count_ == snapshot_.count()) return;
    for (EntryRef at = Snapshot::begin(); !snapshot_.is_end(at); at = snapshot_.next(at))
      if (!found_[snapshot_.number(at)]) visit(at);
  }

 private:
  bool has_key(EntryRef at, const unsigned char* key) const {
    return std::memcmp(snapshot_.key(at), key, snapshot_.key_size()) == 0;
  }
  EntryRef take(EntryRef at);
  void make_table();
  std::size_t hash(const unsigned char* key) const;

  const Snapshot& snapshot_;
  EntryRef expected_ = Snapshot::begin();
  std::vector<bool> found_;
  std::uint64_t count_ = 0;      // of those found
  std::vector<EntryRef> table_;  // open addressing; a power of two
};

/// Calls visit(now or none, before or none) for every entry of two settled looks of the same sizes:
/// those of `now` in their order, each beside the entry of the same key, then those of `before`
/// that are there no more.
template <class Visit>
void compare(const Snapshot& before, const Snapshot& now, Visit visit) {
  using Where = std::optional<EntryRef>;
  EntryFinder finder(before);
  for (EntryRef at = Snapshot::begin(); !now.is_end(at); at = now.next(at))
    visit(Where(at), finder.find(now.key(at)));
  finder.for_each_left([&](EntryRef at) { visit(Where(), Where(at)); });
}

}  // namespace bpfmaps::layout
