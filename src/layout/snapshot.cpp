// SPDX-License-Identifier: BSD-2-Clause
#include "layout/snapshot.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <string_view>
#include <utility>

namespace bpfmaps::layout {
namespace {

constexpr EntryRef kNowhere{UINT32_MAX, 0};
// Entries that are skipped before the table of hashes is made: some may have gone.
constexpr int kMostSkipped = 8;

std::vector<unsigned char> gathered(const unsigned char* from, std::size_t size, std::size_t stride,
                                    std::uint32_t count) {
  if (size == stride) return {from, from + size * count};
  std::vector<unsigned char> bytes(size * count);
  for (std::uint32_t i = 0; i < count; ++i)
    std::memcpy(bytes.data() + i * size, from + i * stride, size);
  return bytes;
}

}  // namespace

void Snapshot::add(const Entries& entries, std::uint64_t part, std::uint64_t time_ns) {
  if (entries.count == 0) return;
  count_ += entries.count;
  blocks_.push_back(
      {.part = part,
       .time_ns = time_ns,
       .first = 0,
       .count = entries.count,
       .keys = gathered(entries.keys, key_size_, entries.key_stride, entries.count),
       .values = gathered(entries.values, value_size_, entries.value_stride, entries.count)});
}

void Snapshot::merge(Snapshot other) {
  count_ += other.count_;
  std::move(other.blocks_.begin(), other.blocks_.end(), std::back_inserter(blocks_));
}

void Snapshot::settle() {
  std::stable_sort(blocks_.begin(), blocks_.end(),
                   [](const Block& a, const Block& b) { return a.part < b.part; });
  std::uint64_t first = 0;
  for (Block& block : blocks_) {
    block.first = first;
    first += block.count;
  }
}

std::size_t EntryFinder::hash(const unsigned char* key) const {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(key), snapshot_.key_size()}) &
         (table_.size() - 1);
}

void EntryFinder::make_table() {
  table_.assign(std::bit_ceil(snapshot_.count() * 2 + 1), kNowhere);
  for (EntryRef at = Snapshot::begin(); !snapshot_.is_end(at); at = snapshot_.next(at)) {
    std::size_t slot = hash(snapshot_.key(at));
    while (table_[slot].block != kNowhere.block) slot = (slot + 1) & (table_.size() - 1);
    table_[slot] = at;
  }
}

EntryRef EntryFinder::take(EntryRef at) {
  expected_ = snapshot_.next(at);
  auto found = found_[snapshot_.number(at)];
  count_ += found ? 0 : 1;
  found = true;
  return at;
}

std::optional<EntryRef> EntryFinder::find(const unsigned char* key) {
  EntryRef at = expected_;
  for (int i = 0; i < kMostSkipped && !snapshot_.is_end(at); ++i, at = snapshot_.next(at))
    if (has_key(at, key)) return take(at);
  if (table_.empty()) make_table();
  for (std::size_t slot = hash(key); table_[slot].block != kNowhere.block;
       slot = (slot + 1) & (table_.size() - 1))
    if (has_key(table_[slot], key)) return take(table_[slot]);
  return {};
}

}  // namespace bpfmaps::layout
