// SPDX-License-Identifier: BSD-2-Clause
// EntryBlock: entries that are kept in memory, one behind the other. A list of blocks is what a
// saved file or an import is while it is worked on: it never moves what it has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/entries.h"

namespace bpfmaps::entries {

class EntryBlock {
 public:
  /// Bytes of a key (0: there are none) and of a whole value, the slots of all CPUs in it.
  EntryBlock(std::size_t key_size, std::size_t value_size)
      : key_size_(key_size), value_size_(value_size) {}

  std::uint32_t count() const { return count_; }
  std::size_t key_size() const { return key_size_; }
  std::size_t value_size() const { return value_size_; }
  unsigned char* key(std::size_t i) { return keys_.data() + i * key_size_; }
  unsigned char* value(std::size_t i) { return values_.data() + i * value_size_; }
  const unsigned char* key(std::size_t i) const { return keys_.data() + i * key_size_; }
  const unsigned char* value(std::size_t i) const { return values_.data() + i * value_size_; }

  void reserve(std::size_t entries) {
    keys_.reserve(entries * key_size_);
    values_.reserve(entries * value_size_);
  }
  /// One more entry, all zeros, at the place count() - 1. Earlier pointers are no longer valid.
  void add() {
    ++count_;
    keys_.resize(count_ * key_size_);
    values_.resize(count_ * value_size_);
  }
  /// Takes the last one back.
  void drop_last() {
    --count_;
    keys_.resize(count_ * key_size_);
    values_.resize(count_ * value_size_);
  }
  void append(const Entries& entries) {
    const std::size_t added = entries.count;
    if ((key_size_ == 0 || entries.key_stride == key_size_) &&
        entries.value_stride == value_size_) {
      if (key_size_ != 0) keys_.insert(keys_.end(), entries.keys, entries.keys + added * key_size_);
      values_.insert(values_.end(), entries.values, entries.values + added * value_size_);
      count_ += entries.count;
      return;
    }
    for (std::uint32_t i = 0; i < entries.count; ++i) {
      if (key_size_ != 0) keys_.insert(keys_.end(), entries.key(i), entries.key(i) + key_size_);
      values_.insert(values_.end(), entries.value(i), entries.value(i) + value_size_);
    }
    count_ += entries.count;
  }
  void clear() {
    count_ = 0;
    keys_.clear();
    values_.clear();
  }

  /// Borrowed from the block.
  Entries entries() const {
    return {.keys = key_size_ == 0 ? nullptr : keys_.data(),
            .values = values_.data(),
            .count = count_,
            .key_stride = key_size_,
            .value_stride = value_size_};
  }

 private:
  std::size_t key_size_, value_size_;
  std::uint32_t count_ = 0;
  std::vector<unsigned char> keys_, values_;
};

using EntryBlocks = std::vector<EntryBlock>;

inline std::uint64_t count_of(const EntryBlocks& blocks) {
  std::uint64_t all = 0;
  for (const EntryBlock& block : blocks) all += block.count();
  return all;
}

}  // namespace bpfmaps::entries
