// SPDX-License-Identifier: BSD-2-Clause
#include "layout/ordinal.h"

#include <limits>

namespace bpfmaps::layout {
namespace {

using Load = Ordinal::Load;

Load load_of_size(std::uint32_t size) {
  switch (size) {
    case 1: return Load::u8;
    case 2: return Load::u16;
    case 4: return Load::u32;
    case 8: return Load::u64;
    default: return Load::wide;
  }
}

Load big_endian_load(std::uint32_t size) {
  return size == 2 ? Load::be16 : size == 4 ? Load::be32 : Load::be64;
}

Ordinal integer(const Node& node) {
  if (node.big_endian) return {.load = big_endian_load(node.size)};
  const unsigned bits = node.bits != 0 ? node.bits : node.size * 8;
  Ordinal made{.load = node.bits != 0 ? Load::bits : load_of_size(node.size),
               .bit_offset = node.bit_offset,
               .bits = static_cast<std::uint8_t>(bits)};
  if (node.is_signed) made.bias = std::uint64_t{1} << ((bits - 1) % 64);
  return made;
}

}  // namespace

std::optional<Ordinal> ordinal_of(const Node& node) {
  switch (node.meaning) {
    case Meaning::plain: break;
    case Meaning::ipv4: return Ordinal{.load = Load::be32};
    case Meaning::mac: return Ordinal{.load = Load::be48};
    case Meaning::ipv6: return Ordinal{.load = Load::be_wide};
    case Meaning::cidr4:
    case Meaning::cidr6: return {};
  }
  switch (node.shape) {
    case Shape::unsigned_int:
    case Shape::signed_int:
    case Shape::enumeration:
    case Shape::pointer:
    case Shape::wide_int: return integer(node);
    case Shape::boolean: {
      Ordinal made = integer(node);
      made.load = Load::boolean;
      made.bias = 0;
      return made;
    }
    case Shape::floating: return Ordinal{.load = node.size == 4 ? Load::f32 : Load::f64};
    case Shape::text:
    case Shape::bytes:
    case Shape::array:
    case Shape::record: return {};
  }
  return {};
}

Wide Ordinal::greatest() const {
  if (is_float()) return float_ordinal(std::numeric_limits<double>::infinity());
  return is_wide() ? ~Wide{0} : UINT64_MAX;
}

}  // namespace bpfmaps::layout
