// SPDX-License-Identifier: BSD-2-Clause
#include "layout/enum_types.h"

#include <linux/btf.h>

#include <algorithm>
#include <span>

namespace bpfmaps::layout {
namespace {

std::span<const struct btf_enum> values_of(const btf_type* type) {
  return {btf_enum(type), btf_vlen(type)};
}

}  // namespace

Node EnumTypes::node(const btf_type* type, const std::string& name, std::uint32_t size) {
  const auto same = [&](const Known& one) { return one.type == type && one.size == size; };
  auto known = std::ranges::find_if(known_, same);
  if (known == known_.end()) {
    const bool with_sign = is_signed(type, size);
    known_.push_back({type, size, static_cast<std::int32_t>(names_.size()), with_sign});
    names_.push_back(names_of(type, name, with_sign));
    known = known_.end() - 1;
  }
  return {.shape = Shape::enumeration,
          .is_signed = known->is_signed,
          .size = size,
          .names = known->index};
}

// clang before 15 never sets the flag, and writes -1 with the bits of an unsigned value. Then the
// values decide: below four bytes by what fits; with four, by the top bit, since negative values
// are far more common than those above 2^31.
bool EnumTypes::is_signed(const btf_type* type, std::uint32_t size) {
  if (btf_kflag(type) || btf_is_enum64(type)) return btf_kflag(type);
  const auto values = values_of(type);
  if (std::ranges::none_of(values, [](const auto& one) { return one.val < 0; })) return false;
  if (compiler_tells()) return false;
  if (size >= sizeof(__s32)) return true;
  const std::int64_t least = -(std::int64_t{1} << (size * 8 - 1));
  return std::ranges::all_of(values,
                             [&](const auto& one) { return one.val >= least && one.val < -least; });
}

// One enum with the flag, or of 64 bits, is enough to know a compiler that sets it.
bool EnumTypes::compiler_tells() {
  const std::uint32_t end = btf__type_cnt(types_);
  for (std::uint32_t id = 1; tells_ < 0 && id < end; ++id) {
    const btf_type* type = btf__type_by_id(types_, id);
    if (btf_is_enum64(type) || (btf_is_enum(type) && btf_kflag(type))) tells_ = 1;
  }
  if (tells_ < 0) tells_ = 0;
  return tells_ == 1;
}

Names EnumTypes::names_of(const btf_type* type, const std::string& name, bool is_signed) const {
  Names names(name);
  const auto add = [&](std::int64_t value, std::uint32_t at) {
    const char* called = btf__name_by_offset(types_, at);
    names.add(value, called != nullptr ? called : "");
  };
  if (btf_is_enum64(type)) {
    for (const struct btf_enum64& one : std::span(btf_enum64(type), btf_vlen(type)))
      add(static_cast<std::int64_t>(btf_enum64_value(&one)), one.name_off);
  } else {
    for (const struct btf_enum& one : values_of(type))
      add(is_signed ? one.val : static_cast<std::int64_t>(static_cast<__u32>(one.val)),
          one.name_off);
  }
  names.seal();
  return names;
}

}  // namespace bpfmaps::layout
