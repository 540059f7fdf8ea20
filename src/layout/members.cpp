// SPDX-License-Identifier: BSD-2-Clause
#include "layout/members.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>

#include "base/text.h"
#include "layout/type_words.h"

namespace bpfmaps::layout {
namespace {

// What the member's name says of it, and of the elements of an array of that name.
void read_name(Node& node, std::string_view name) {
  if (node.shape == Shape::array) {
    Node& element = node.children[0];
    const bool six_bytes = node.count == 6 && element.size == 1;
    if (six_bytes && element.shape == Shape::unsigned_int && speaks_of_mac(name)) {
      node.meaning = Meaning::mac;
    } else {
      read_name(element, name);
    }
  } else if (node.big_endian && node.size == 4 && speaks_of_address(name)) {
    node.meaning = Meaning::ipv4;
  }
}

// Of several views of the bytes at one place the largest says all.
void drop_smaller_holes(std::vector<Node>& fields) {
  std::unordered_map<std::uint32_t, std::uint32_t> largest;  // by offset
  for (const Node& field : fields)
    if (is_hole(field)) largest[field.offset] = std::max(largest[field.offset], field.size);
  if (largest.empty()) return;
  std::erase_if(fields, [&](const Node& field) {
    if (!is_hole(field)) return false;
    std::uint32_t& size = largest[field.offset];
    if (field.size != size) return true;
    size = 0;  // the first one stays
    return false;
  });
}

}  // namespace

Error malformed(std::string why) {
  return {.kind = Kind::invalid,
          .operation = "read types",
          .context = "the BTF does not make sense: " + std::move(why),
          .hint = "dump the bytes with --raw, or name other types with --btf FILE"};
}

Status Members::add(Node child, std::uint64_t bit, std::uint32_t bits, std::uint32_t align) {
  TRY(place(child, bit, bits, align));
  append(std::move(child));
  return {};
}

Status Members::skip(Node child, std::uint64_t bit, std::uint32_t align) {
  return place(child, bit, 0, align);
}

Status Members::place(Node& child, std::uint64_t bit, std::uint32_t bits, std::uint32_t align) {
  const auto outside = [&child] {
    return fail(malformed("member `" + child.name + "` lies outside its struct"));
  };
  std::uint64_t begin = bit / 8, end = begin + child.size;
  if (begin > record_.size) return outside();
  child.offset = static_cast<std::uint32_t>(begin);
  if (bits != 0 || bit % 8 != 0 || child.bits != 0) {
    const auto first = static_cast<std::uint32_t>(bit % 8) + child.bit_offset;
    const std::uint32_t width = bits != 0 ? bits : child.bits != 0 ? child.bits : child.size * 8;
    const bool is_number = child.shape == Shape::unsigned_int || child.shape == Shape::signed_int ||
                           child.shape == Shape::boolean || child.shape == Shape::enumeration;
    const bool holds_bits = is_number && child.size <= 8;
    if (!holds_bits || width == 0 || width > 64 || width > child.size * 8) return outside();
    child.offset += first / 8;
    child.bit_offset = static_cast<std::uint8_t>(first % 8);
    child.bits = static_cast<std::uint8_t>(width);
    child.meaning = Meaning::plain;
    child.big_endian = false;
    const std::uint64_t touched = child.offset + (child.bit_offset + width + 7ULL) / 8;
    if (touched > record_.size) return outside();
    // What is left of the number that the bits are taken from is padding.
    begin = child.offset / child.size * child.size;
    end = std::max(std::min<std::uint64_t>(begin + child.size, record_.size), touched);
  }
  if (end > record_.size) return outside();
  extents_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), align});
  align_ = std::max(align_, align);
  return {};
}

void Members::append(Node child) {
  if (child.name.empty() && child.shape == Shape::record && child.meaning == Meaning::plain) {
    for (Node& grandchild : child.children) {
      grandchild.offset += child.offset;
      if (is_hole(grandchild)) grandchild.name = hole_name(grandchild.offset);
      record_.children.push_back(std::move(grandchild));
    }
    return;
  }
  if (child.name.empty()) {
    if (child.bits != 0) return;  // an unnamed bitfield is padding
    child.name = hole_name(child.offset);
  }
  read_name(child, child.name);
  record_.children.push_back(std::move(child));
}

void Members::add_holes() {
  std::vector<Node> holes = holes_of(std::move(extents_), record_.size);
  if (holes.empty()) return;
  std::vector<Node> fields;
  fields.reserve(record_.children.size() + holes.size());
  auto hole = holes.begin();
  for (Node& child : record_.children) {
    while (hole != holes.end() && hole->offset < child.offset) fields.push_back(std::move(*hole++));
    fields.push_back(std::move(child));
  }
  std::move(hole, holes.end(), std::back_inserter(fields));
  record_.children = std::move(fields);
}

void Members::finish() {
  std::vector<Node>& fields = record_.children;
  drop_smaller_holes(fields);
  std::vector<std::string_view> names;
  std::vector<std::uint32_t> offsets;
  for (const Node& field : fields) {
    names.push_back(field.name);
    offsets.push_back(field.offset);
  }
  for (auto& [index, name] : told_apart(names, offsets)) fields[index].name = std::move(name);
}

}  // namespace bpfmaps::layout
