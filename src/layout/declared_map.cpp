// SPDX-License-Identifier: BSD-2-Clause
#include "layout/declared_map.h"

#include <linux/btf.h>

#include <algorithm>

namespace bpfmaps::layout {
namespace {

constexpr std::size_t kNameMax = 15;  // BPF_OBJ_NAME_LEN without its NUL
constexpr int kMaxDepth = 32;         // as compile() allows

// The type behind qualifiers and typedefs; null where there is none.
const btf_type* resolved(const btf* types, std::uint32_t id) {
  const btf_type* type = btf__type_by_id(types, id);
  for (int depth = 0; type != nullptr && (btf_is_mod(type) || btf_is_typedef(type)); ++depth) {
    if (depth > kMaxDepth) return nullptr;
    type = btf__type_by_id(types, type->type);
  }
  return type;
}

std::uint32_t size_of(const btf* types, std::uint32_t id) {
  const std::int64_t size = id == 0 ? 0 : btf__resolve_size(types, id);
  return size < 0 || size > UINT32_MAX ? 0 : static_cast<std::uint32_t>(size);
}

// The variables of `.maps`.
std::vector<const btf_type*> map_variables(const btf* types) {
  const int id = btf__find_by_name_kind(types, ".maps", BTF_KIND_DATASEC);
  if (id < 0) return {};
  const btf_type* section = btf__type_by_id(types, static_cast<std::uint32_t>(id));
  std::vector<const btf_type*> variables;
  for (std::uint32_t i = 0; i < btf_vlen(section); ++i) {
    const btf_type* variable = btf__type_by_id(types, btf_var_secinfos(section)[i].type);
    if (variable != nullptr && btf_is_var(variable)) variables.push_back(variable);
  }
  return variables;
}

// The struct whose members are a map's attributes; null where there is none.
const btf_type* definition_of(const btf* types, std::uint32_t id) {
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const btf_type* type = resolved(types, id);
    if (type == nullptr || !btf_is_struct(type)) return nullptr;
    const btf_member* inner = nullptr;
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
      const btf_member& member = btf_members(type)[i];
      const btf_type* of = resolved(types, member.type);
      if (of != nullptr && btf_is_ptr(of)) return type;
      if (size_of(types, member.type) != 0) inner = &member;
    }
    if (inner == nullptr) return type;
    id = inner->type;
  }
  return nullptr;
}

// __type(key, T) declares a member `T *key`.
std::uint32_t pointed_to(const btf* types, const btf_member& member) {
  const btf_type* pointer = resolved(types, member.type);
  return pointer != nullptr && btf_is_ptr(pointer) ? pointer->type : 0;
}

// __uint(type, N) declares a member `int (*type)[N]`.
std::uint32_t number_of(const btf* types, const btf_member& member) {
  const std::uint32_t id = pointed_to(types, member);
  const btf_type* array = id == 0 ? nullptr : resolved(types, id);
  return array != nullptr && btf_is_array(array) ? btf_array(array)->nelems : 0;
}

// __array(values, T) declares a member `T *values[]`.
std::uint32_t elements_of(const btf* types, const btf_member& member) {
  const btf_type* array = resolved(types, member.type);
  if (array == nullptr || !btf_is_array(array)) return 0;
  const btf_type* pointer = resolved(types, btf_array(array)->type);
  return pointer != nullptr && btf_is_ptr(pointer) ? pointer->type : 0;
}

DeclaredMap declared(const btf* types, const btf_type* variable) {
  DeclaredMap map = declared_by(types, variable->type);
  map.name = btf__name_by_offset(types, variable->name_off);
  return map;
}

std::vector<DeclaredMap> data_sections(const btf* types) {
  std::vector<DeclaredMap> sections;
  for (std::uint32_t id = 1; id < btf__type_cnt(types); ++id) {
    const btf_type* section = btf__type_by_id(types, id);
    if (btf_is_datasec(section))
      sections.push_back({.name = btf__name_by_offset(types, section->name_off),
                          .value_id = id,
                          .value_size = section->size});
  }
  return sections;
}

// libbpf pins `.data.mine` as `_data_mine`.
bool is_pinned_as(std::string_view full, std::string_view pin) {
  return full.size() == pin.size() &&
         std::equal(full.begin(), full.end(), pin.begin(),
                    [](char a, char b) { return (a == '.' ? '_' : a) == b; });
}

// Those that `fits` holds for, where it holds for any.
template <class Fits>
void narrow(std::vector<DeclaredMap>& maps, Fits fits) {
  if (std::ranges::any_of(maps, fits))
    std::erase_if(maps, [&](const DeclaredMap& map) { return !fits(map); });
}

}  // namespace

DeclaredMap declared_by(const btf* types, std::uint32_t id) {
  DeclaredMap map;
  const btf_type* definition = definition_of(types, id);
  if (definition == nullptr) return map;
  for (std::uint32_t i = 0; i < btf_vlen(definition); ++i) {
    const btf_member& member = btf_members(definition)[i];
    const std::string_view field = btf__name_by_offset(types, member.name_off);
    if (field == "type") map.type = number_of(types, member);
    if (field == "key_size") map.key_size = number_of(types, member);
    if (field == "value_size") map.value_size = number_of(types, member);
    if (field == "key") map.key_id = pointed_to(types, member);
    if (field == "value") map.value_id = pointed_to(types, member);
    if (field == "values") map.inner_id = elements_of(types, member);
  }
  if (map.key_id != 0) map.key_size = size_of(types, map.key_id);
  if (map.value_id != 0) map.value_size = size_of(types, map.value_id);
  return map;
}

std::vector<DeclaredMap> find_declared_maps(const btf* types, const MapTraits& map) {
  const std::size_t dot = map.name.find('.');
  const bool is_section = dot != std::string_view::npos;
  std::vector<DeclaredMap> found;
  if (is_section)
    found = data_sections(types);
  else
    for (const btf_type* variable : map_variables(types))
      found.push_back(declared(types, variable));
  const std::string_view name = is_section ? map.name.substr(dot) : map.name;
  std::erase_if(found, [&](const DeclaredMap& one) {
    // An object's name in front leaves less room for the section's.
    const bool cut = map.name.size() == kNameMax && one.name.starts_with(name);
    return one.name != name && !cut;
  });
  const auto is_own = [&](std::uint32_t declared, std::uint32_t own) {
    return declared == 0 || own == 0 || declared == own;
  };
  narrow(found, [&](const DeclaredMap& one) { return is_pinned_as(one.name, map.pin); });
  narrow(found, [&](const DeclaredMap& one) {
    return is_own(one.type, map.type) && is_own(one.key_size, map.key_size) &&
           is_own(one.value_size, map.value_size);
  });
  return found;
}

std::vector<std::string> declared_maps(const btf* types) {
  std::vector<std::string> names;
  for (const btf_type* variable : map_variables(types))
    names.emplace_back(btf__name_by_offset(types, variable->name_off));
  return names;
}

}  // namespace bpfmaps::layout
