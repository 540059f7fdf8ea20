// SPDX-License-Identifier: BSD-2-Clause
// The C names of an object's types, and its global variables. Values are the layout room's.
#pragma once

#include <bpf/btf.h>

#include <set>
#include <string>
#include <vector>

#include "object/spec.h"

namespace bpfmaps::object {

/// "struct xdp_stats", "xdp_action", "char[16]", "__u64 *"; "" for type 0, an id that is not in
/// `types`, or without types (null).
std::string type_name(const btf* types, std::uint32_t id);

/// The structs, unions and enums with names that others are made of. Pointers are not followed:
/// behind them lies no part of a value.
class UsedTypes {
 public:
  /// `types` may be null, and outlives it.
  explicit UsedTypes(const btf* types) : types_(types) {}

  /// Adds type `id` and its parts; 0 and what is not in `types` add nothing.
  void add(std::uint32_t id);
  /// Each once, in the order in which they were met.
  const std::vector<TypeSpec>& used() const { return used_; }

 private:
  const btf* types_;
  std::set<std::uint32_t> seen_;
  std::vector<TypeSpec> used_;
};

/// The names of the variables of a data section, in its order. Several of one name, such as statics
/// of files that were linked, have their offsets behind it: "hits@4".
std::vector<std::string> names_in(const btf* types, const btf_type* section);

/// The variables of every data section, in the order of sections and offsets.
std::vector<VariableSpec> variables_of(const btf* types);

}  // namespace bpfmaps::object
