// SPDX-License-Identifier: BSD-2-Clause
#include "layout/holes.h"

#include <algorithm>

namespace bpfmaps::layout {
namespace {

// What attributes align to: words, cache lines and pages.
constexpr std::uint32_t kWord = 8, kLeastLine = 64, kPage = 4096;

std::uint32_t lowest_bit(std::uint32_t number) { return number & (0 - number); }

// Whether `from` was rounded up to `to` for something aligned to `align`.
bool is_padding(std::uint32_t from, std::uint32_t to, std::uint32_t align) {
  const std::uint32_t line = std::min(lowest_bit(to), kPage);
  align = std::max(align, line < kLeastLine ? std::min(line, kWord) : line);
  return from != 0 && to % align == 0 && to - from < align;
}

Node hole(std::uint32_t begin, std::uint32_t end) {
  return {.shape = Shape::bytes, .offset = begin, .size = end - begin, .name = hole_name(begin)};
}

}  // namespace

std::string hole_name(std::uint32_t offset) { return "@" + std::to_string(offset); }

bool is_hole(const Node& field) { return field.name.starts_with('@'); }

std::vector<Node> holes_of(std::vector<Extent> members, std::uint32_t size) {
  std::ranges::stable_sort(members, {}, &Extent::begin);
  std::vector<Node> holes;
  std::uint32_t at = 0, most = 1;  // everything before `at` is taken
  for (const Extent& member : members) {
    if (member.begin > at && !is_padding(at, member.begin, member.align))
      holes.push_back(hole(at, member.begin));
    at = std::max(at, member.end);
    most = std::max(most, member.align);
  }
  if (size > at && !is_padding(at, size, most)) holes.push_back(hole(at, size));
  return holes;
}

}  // namespace bpfmaps::layout
