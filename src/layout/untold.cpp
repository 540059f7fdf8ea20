// SPDX-License-Identifier: BSD-2-Clause
#include "layout/untold.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/text.h"

namespace bpfmaps::layout {
namespace {

constexpr std::uint32_t kReplacement = 0xfffd;  // stands for what is no UTF-8, and is not taken

// Marks `bits` from `bit` of the byte `offset` on as shown.
void mark(std::vector<unsigned char>& shown, std::size_t offset, unsigned bit, std::size_t bits) {
  for (; bits > 0; --bits, ++bit)
    shown[offset + bit / 8] |= static_cast<unsigned char>(1u << bit % 8);
}

template <class Number>
bool is_unusual(const unsigned char* bytes) {
  Number number, usual = std::numeric_limits<Number>::quiet_NaN();
  std::memcpy(&number, bytes, sizeof number);
  return std::isnan(number) && std::memcmp(bytes, &usual, sizeof usual) != 0;
}

bool is_vague(const Node& node) {
  return node.meaning == Meaning::plain &&
         (node.shape == Shape::text || node.shape == Shape::floating ||
          (node.shape == Shape::boolean && node.bits != 1));
}

// Whether a text is ASCII with nothing but zeros behind it, as most are: eight bytes at a time.
// False says nothing.
bool is_plain_text(const unsigned char* bytes, std::size_t size) {
  if (std::endian::native != std::endian::little || size % 8 != 0) return false;
  constexpr std::uint64_t kLow = 0x0101010101010101u, kHigh = kLow * 0x80;
  bool ended = false;
  for (std::size_t at = 0; at < size; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, 8);
    if (ended ? word != 0 : (word & kHigh) != 0) return false;
    const std::uint64_t zeros = ended ? 0 : (word - kLow) & ~word & kHigh;
    if (zeros == 0) continue;
    ended = true;
    if (word >> (std::countr_zero(zeros) / 8 * 8) != 0) return false;
  }
  return true;
}

}  // namespace

bool is_untold_text(const unsigned char* bytes, std::size_t size) {
  if (is_plain_text(bytes, size)) return false;
  const unsigned char* at = bytes;
  const unsigned char* const end = bytes + strnlen(reinterpret_cast<const char*>(bytes), size);
  for (;;) {
    while (at != end && *at < 0x80) ++at;
    if (at == end) break;
    const Utf8 next = decode_utf8(at, end);
    if (!next.valid || next.code_point == kReplacement) return true;
    at += next.length;
  }
  return std::any_of(end, bytes + size, [](unsigned char byte) { return byte != 0; });
}

Untold::Untold(const Layout& layout) {
  std::vector<unsigned char> shown(layout.root().size);
  add(layout.root(), 0, shown);
  // A field of a union whose bytes another member shows exactly hides nothing.
  std::erase_if(vague_, [&](const Vague& one) {
    const auto first = shown.begin() + one.offset;
    return std::all_of(first, first + one.node->size, [](auto bits) { return bits == 0xff; });
  });
  for (const Vague& one : vague_) mark(shown, one.offset, 0, std::size_t{one.node->size} * 8);
  for (std::uint32_t i = 0; i < shown.size(); ++i)
    if (shown[i] != 0xff) hidden_.push_back({i, static_cast<unsigned char>(~shown[i])});
}

void Untold::add(const Node& node, std::size_t offset, std::vector<unsigned char>& shown) {
  if (is_vague(node)) {
    vague_.push_back({&node, static_cast<std::uint32_t>(offset)});
  } else if (node.is_leaf()) {
    mark(shown, offset, node.bit_offset, node.bits != 0 ? node.bits : std::size_t{node.size} * 8);
  } else if (node.shape == Shape::array) {
    const Node& of = node.children[0];
    for (std::uint32_t i = 0; i < node.count && of.size != 0; ++i)
      add(of, offset + std::size_t{i} * of.size, shown);
  } else {
    for (const Node& child : node.children) add(child, offset + child.offset, shown);
  }
}

bool Untold::in(const unsigned char* bytes) const {
  for (const Hidden& one : hidden_)
    if ((bytes[one.offset] & one.bits) != 0) return true;
  for (const Vague& one : vague_) {
    const unsigned char* const at = bytes + one.offset;
    if (one.node->shape == Shape::text && is_untold_text(at, one.node->size)) return true;
    if (one.node->shape == Shape::boolean && load_bits(*one.node, at) > 1) return true;
    if (one.node->shape == Shape::floating &&
        (one.node->size == 4 ? is_unusual<float>(at) : is_unusual<double>(at)))
      return true;
  }
  return false;
}

std::string Untold::describe() const {
  const auto has = [&](Shape shape) {
    return std::ranges::any_of(vague_, [&](const Vague& one) { return one.node->shape == shape; });
  };
  std::string all;
  const auto add = [&](bool there, std::string_view what) {
    if (there) all.append(all.empty() ? "" : ", ").append(what);
  };
  add(!hidden_.empty(), "padding");
  add(has(Shape::text), "text behind its end or not in UTF-8");
  add(has(Shape::boolean), "booleans above 1");
  add(has(Shape::floating), "NaNs");
  return all;
}

}  // namespace bpfmaps::layout
