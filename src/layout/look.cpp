// SPDX-License-Identifier: BSD-2-Clause
#include "layout/look.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <string_view>

namespace bpfmaps::layout {
namespace {

constexpr Look::Spot kNowhere{UINT32_MAX, 0};
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

void Look::add(const Entries& entries, std::uint64_t part, std::uint64_t time_ns) {
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

void Look::merge(Look other) {
  count_ += other.count_;
  std::move(other.blocks_.begin(), other.blocks_.end(), std::back_inserter(blocks_));
}

void Look::settle() {
  std::stable_sort(blocks_.begin(), blocks_.end(),
                   [](const Block& a, const Block& b) { return a.part < b.part; });
  std::uint64_t first = 0;
  for (Block& block : blocks_) {
    block.first = first;
    first += block.count;
  }
}

std::size_t Finder::hash(const unsigned char* key) const {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(key), look_.key_size()}) &
         (table_.size() - 1);
}

void Finder::make_table() {
  table_.assign(std::bit_ceil(look_.count() * 2 + 1), kNowhere);
  for (Look::Spot at = Look::begin(); !look_.is_end(at); at = look_.next(at)) {
    std::size_t slot = hash(look_.key(at));
    while (table_[slot].block != kNowhere.block) slot = (slot + 1) & (table_.size() - 1);
    table_[slot] = at;
  }
}

Look::Spot Finder::take(Look::Spot at) {
  expected_ = look_.next(at);
  auto found = found_[look_.number(at)];
  count_ += found ? 0 : 1;
  found = true;
  return at;
}

std::optional<Look::Spot> Finder::find(const unsigned char* key) {
  Look::Spot at = expected_;
  for (int i = 0; i < kMostSkipped && !look_.is_end(at); ++i, at = look_.next(at))
    if (has_key(at, key)) return take(at);
  if (table_.empty()) make_table();
  for (std::size_t slot = hash(key); table_[slot].block != kNowhere.block;
       slot = (slot + 1) & (table_.size() - 1))
    if (has_key(table_[slot], key)) return take(table_[slot]);
  return {};
}

}  // namespace bpfmaps::layout
