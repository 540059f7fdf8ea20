// SPDX-License-Identifier: BSD-2-Clause
#include "layout/layout.h"

#include <algorithm>
#include <cstring>

namespace bpfmaps::layout {

void Names::add(std::int64_t value, std::string name) {
  longest_ = std::max(longest_, name.size());
  entries_.push_back({value, std::move(name)});
}

void Names::seal() {
  constexpr std::int64_t kDense = 256;
  std::int64_t top = -1;
  for (const Entry& entry : entries_) {
    text_ += entry.name;
    if (entry.value >= 0 && entry.value < kDense) top = std::max(top, entry.value);
  }
  text_.append(kReadable, '\0');
  dense_.assign(static_cast<std::size_t>(top + 1), {});
  const char* at = text_.data();
  for (const Entry& entry : entries_) {
    const std::string_view name(at, entry.name.size());
    at += entry.name.size();
    if (entry.value < 0 || entry.value >= kDense) {
      sparse_.emplace_back(entry.value, name);
    } else if (auto& slot = dense_[static_cast<std::size_t>(entry.value)]; slot.empty()) {
      slot = name;
    }
  }
  std::stable_sort(sparse_.begin(), sparse_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
}

std::string_view Names::sparse_name_of(std::int64_t value) const {
  const auto at =
      std::lower_bound(sparse_.begin(), sparse_.end(), value,
                       [](const auto& entry, auto wanted) { return entry.first < wanted; });
  return at != sparse_.end() && at->first == value ? at->second : std::string_view();
}

bool Names::value_of(std::string_view name, std::int64_t& value) const {
  for (const Entry& entry : entries_)
    if (entry.name == name) return value = entry.value, true;
  return false;
}

Layout Layout::raw(std::uint32_t size) { return Layout({.size = size}, {}); }

Layout Layout::index() {
  return Layout({.shape = Shape::unsigned_int, .size = sizeof(std::uint32_t), .type = "__u32"}, {});
}

namespace {

void collect(const Node& node, const std::string& path, std::uint32_t offset,
             std::vector<Column>& to) {
  if (node.shape != Shape::record || node.is_leaf()) {
    to.push_back({path, &node, offset});
    return;
  }
  for (const Node& child : node.children)
    collect(child, path + "." + child.name, offset + child.offset, to);
}

}  // namespace

std::vector<Column> columns_of(const Node& node, std::string_view path, std::uint32_t offset) {
  std::vector<Column> columns;
  collect(node, std::string(path), offset, columns);
  return columns;
}

std::vector<Column> columns_of(const Layout& layout, std::string_view prefix) {
  return columns_of(layout.root(), prefix, 0);
}

std::uint64_t in_order_of(const Node& node, std::uint64_t value) {
  return node.big_endian ? __builtin_bswap64(value) >> (64 - node.size * 8) : value;
}

std::uint64_t load_bits(const Node& node, const unsigned char* bytes) {
  std::uint64_t value = 0;
  unsigned unused = 0;  // high bits that are not the value's
  if (node.bits == 0) {
    switch (node.size) {  // a copy of a size known beforehand is one instruction
      case 1: value = *bytes; break;
      case 2: std::memcpy(&value, bytes, 2); break;
      case 4: std::memcpy(&value, bytes, 4); break;
      default: std::memcpy(&value, bytes, 8); break;
    }
    if (node.big_endian) return in_order_of(node, value);
    unused = 64 - node.size * 8;
  } else {
    __extension__ unsigned __int128 window =
        0;  // 64 bits that start inside a byte touch nine bytes
    std::memcpy(&window, bytes, (node.bit_offset + node.bits + 7u) / 8);
    value = static_cast<std::uint64_t>(window >> node.bit_offset);
    unused = 64u - node.bits;
  }
  value <<= unused;
  return node.is_signed ? static_cast<std::uint64_t>(static_cast<std::int64_t>(value) >> unused)
                        : value >> unused;
}

}  // namespace bpfmaps::layout
