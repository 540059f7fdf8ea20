// SPDX-License-Identifier: BSD-2-Clause
// Whether the bytes of a map mean to one program what they mean to another: two types, each in a
// BTF of its own, compared member by member.
#pragma once

#include <bpf/btf.h>

#include <cstdint>

#include "object/difference.h"

namespace bpfmaps::object {

struct TypeRef {
  const btf* types;
  std::uint32_t id;
};

/// What is at another place, of another type, or absent in one of them. `field` begins each path:
/// "value.packets", "key.port". Struct members and the variables of data sections are compared by
/// name, place and type. Names of types do not count, and neither does what a pointer points to;
/// an enum fits an integer of its size. Types may refer to themselves.
std::vector<Difference> type_differences(const std::string& field, TypeRef is, TypeRef wanted);

}  // namespace bpfmaps::object
