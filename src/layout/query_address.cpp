// SPDX-License-Identifier: BSD-2-Clause
// DumpQuery about addresses and the prefixes that hold them.
#include <utility>

#include "layout/field_class.h"
#include "layout/query_resolve.h"

namespace bpfmaps::layout {
namespace {

Joined both(Joined one, Joined other) {
  Joined joined{.how = Joined::How::all};
  joined.parts.push_back(std::move(one));
  joined.parts.push_back(std::move(other));
  return joined;
}

FieldPlace moved(FieldPlace place, std::uint32_t by) { return place.offset += by, place; }

// The addresses that share their first `bits` with `address`.
std::pair<Wide, Wide> net_of(Wide address, std::uint32_t bits, std::uint32_t width) {
  const Wide all = width == 128 ? ~Wide{0} : (Wide{1} << width) - 1;
  // A shift by all 128 bits of a Wide is undefined, and a whole address shares its net with nobody.
  const Wide rest = bits >= 128 ? Wide{0} : all >> bits;
  return {address & ~rest, address | rest};
}

std::uint32_t address_bits(const Node& node) {
  return node.meaning == Meaning::ipv4 || node.meaning == Meaning::cidr4 ? 32 : 128;
}
Ordinal address_of(const Node& node) {
  return {.load = address_bits(node) == 32 ? Ordinal::Load::be32 : Ordinal::Load::be_wide};
}
constexpr std::uint32_t kLengthBytes = 4;  // of an LPM key, before the address

}  // namespace

Result<Joined> QueryResolver::prefix(const Field& field, const Comparison& typed,
                                     const Token& right) {
  const Node& node = field.node();
  const auto bytes = TRY(bytes_of(field, node, right));
  const std::uint32_t width = address_bits(node);
  const auto bits = load_as<std::uint32_t>(bytes.data());
  const Ordinal address = address_of(node);
  const auto [low, high] = net_of(address.read(bytes.data() + kLengthBytes), bits, width);
  const bool parts = typed.relation == Relation::in;
  const FieldPlace place = place_of(field);
  return negated(both(range(place, {.load = Ordinal::Load::u32}, bits, parts ? width : bits),
                      range(moved(place, kLengthBytes), address, low, high)),
                 typed.relation == Relation::unequal);
}

Result<Joined> QueryResolver::within(const Field& field, const Token& right) {
  const Node& node = field.node();
  const std::uint32_t width = address_bits(node);
  const Node net{.shape = Shape::record,
                 .meaning = width == 32 ? Meaning::cidr4 : Meaning::cidr6,
                 .size = kLengthBytes + width / 8,
                 .type = node.type};
  const auto bytes = TRY(bytes_of(field, net, right));
  const auto [low, high] = net_of(address_of(node).read(bytes.data() + kLengthBytes),
                                  load_as<std::uint32_t>(bytes.data()), width);
  return range(place_of(field), address_of(node), low, high);
}

Result<Joined> QueryResolver::covers(const Field& field, const Token& address) {
  const Node& node = field.node();
  if (spec_.listed && node.shape == Shape::array)
    return any_of(field, {.left = address, .relation = Relation::equal, .right = {address}});
  if (class_of(node) != FieldClass::prefix)
    return wrong(field.ref().wrong("holds one value, nothing can be in it"), address);
  const std::uint32_t width = address_bits(node);
  const Node host{.shape = Shape::record,
                  .meaning = width == 32 ? Meaning::ipv4 : Meaning::ipv6,
                  .size = width / 8,
                  .type = node.type};
  const Wide number = TRY(number_of(field, host, address));
  query_.wides_.push_back({number, 0});
  return add({.test = Step::Test::covers,
              .left = place_of(field),
              .read = address_of(node),
              .index = static_cast<std::uint32_t>(query_.wides_.size() - 1)});
}

}  // namespace bpfmaps::layout
