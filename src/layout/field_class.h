// SPDX-License-Identifier: BSD-2-Clause
// What the files that make a Query share: the sorts of fields, and small steps.
#pragma once

#include "layout/fields.h"
#include "layout/query.h"
#include "layout/query_parse.h"

namespace bpfmaps::layout {

/// What can be asked of a field; fields of one sort can be compared with one another.
enum class FieldClass : std::uint8_t {
  none,  ///< records, arrays, and bytes without a type
  number,
  real,
  truth,
  wide,
  signed_wide,
  text,
  address,
  prefix,  ///< an LPM key
  code,    ///< MACs
};

inline FieldClass class_of(const Node& node) {
  switch (node.meaning) {
    case Meaning::plain: break;
    case Meaning::ipv4:
    case Meaning::ipv6: return FieldClass::address;
    case Meaning::cidr4:
    case Meaning::cidr6: return FieldClass::prefix;
    case Meaning::mac: return FieldClass::code;
  }
  switch (node.shape) {
    case Shape::unsigned_int:
    case Shape::signed_int:
    case Shape::enumeration:
    case Shape::pointer: return FieldClass::number;
    case Shape::boolean: return FieldClass::truth;
    case Shape::floating: return FieldClass::real;
    case Shape::wide_int: return node.is_signed ? FieldClass::signed_wide : FieldClass::wide;
    case Shape::text: return FieldClass::text;
    case Shape::bytes:
    case Shape::array:
    case Shape::record: break;
  }
  return FieldClass::none;
}

inline FieldPlace place_of(const Field& field) {
  return {field.of_key, static_cast<std::uint32_t>(field.ref().offset), field.node().size};
}

inline Joined negated(Joined joined, bool negate = true) {
  if (negate) joined.negated = !joined.negated;
  return joined;
}

}  // namespace bpfmaps::layout
