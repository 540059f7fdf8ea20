// SPDX-License-Identifier: BSD-2-Clause
// The keys of LPM tries: which of them are addresses with a prefix length.
#include <algorithm>

#include "layout/layout.h"

namespace bpfmaps::layout {
namespace {

constexpr std::uint32_t kLengthBytes = 4;  // of the prefix length

// Whether the bits of `data`, whose size is an address's, can be one: text cannot, nor can several
// fields one behind the other.
bool can_be_address(const Node& data) {
  switch (data.shape) {
    case Shape::unsigned_int:
    case Shape::wide_int:
    case Shape::bytes: return true;
    case Shape::array: return can_be_address(data.children[0]);
    case Shape::record: {
      const auto has_all = [&](const Node& part) { return part.size == data.size; };
      if (data.meaning != Meaning::plain) return true;
      return std::ranges::any_of(
          data.children, [&](const Node& part) { return has_all(part) && can_be_address(part); });
    }
    default: return false;
  }
}

// The same for the part of `node` behind the prefix length; `node` starts at `offset`.
bool has_address(const Node& node, std::uint32_t offset, std::uint32_t end) {
  if (offset >= kLengthBytes)
    return offset == kLengthBytes && offset + node.size == end && can_be_address(node);
  if (node.shape == Shape::array || node.shape == Shape::bytes) return true;
  return std::ranges::any_of(node.children, [&](const Node& part) {
    return offset + part.offset + part.size == end && part.size != 0 &&
           has_address(part, offset + part.offset, end);
  });
}

// A number in network order there is an IPv4 address.
void name_address(Node& node) {
  if (node.big_endian && node.size == 4) node.meaning = Meaning::ipv4;
  for (Node& child : node.children) name_address(child);
}

}  // namespace

void Layout::make_prefix() {
  is_prefix_ = true;
  const bool four = root_.size == kLengthBytes + 4, sixteen = root_.size == kLengthBytes + 16;
  if ((!four && !sixteen) || !has_address(root_, 0, root_.size)) return;
  root_.meaning = four ? Meaning::cidr4 : Meaning::cidr6;
  if (four) name_address(root_);
}

}  // namespace bpfmaps::layout
