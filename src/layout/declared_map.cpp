// SPDX-License-Identifier: BSD-2-Clause
#include "layout/declared_map.h"

#include <linux/btf.h>

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

// __type(key, T) declares a member `T *key`.
std::uint32_t pointed_to(const btf* types, const btf_member& member) {
  const btf_type* pointer = btf__type_by_id(types, member.type);
  return pointer != nullptr && btf_is_ptr(pointer) ? pointer->type : 0;
}

std::optional<DeclaredMap> find_data_section(const btf* types, std::string_view name) {
  for (std::uint32_t id = 1; id < btf__type_cnt(types); ++id) {
    const btf_type* section = btf__type_by_id(types, id);
    const std::string_view called = btf__name_by_offset(types, section->name_off);
    if (btf_is_datasec(section) && called.substr(0, kNameMax) == name)
      return DeclaredMap{.key_id = 0, .value_id = id};
  }
  return {};
}

}  // namespace

std::optional<DeclaredMap> find_declared_map(const btf* types, std::string_view name) {
  if (const std::size_t dot = name.find('.'); dot != std::string_view::npos)
    return find_data_section(types, name.substr(dot));
  for (const btf_type* variable : map_variables(types)) {
    const std::string_view called = btf__name_by_offset(types, variable->name_off);
    if (called.substr(0, kNameMax) != name) continue;
    const btf_type* definition = resolved(types, variable->type);
    if (definition == nullptr || !btf_is_struct(definition)) continue;
    DeclaredMap map;
    for (std::uint32_t i = 0; i < btf_vlen(definition); ++i) {
      const btf_member& member = btf_members(definition)[i];
      const std::string_view field = btf__name_by_offset(types, member.name_off);
      if (field == "key") map.key_id = pointed_to(types, member);
      if (field == "value") map.value_id = pointed_to(types, member);
    }
    return map;
  }
  return {};
}

std::vector<std::string> declared_maps(const btf* types) {
  std::vector<std::string> names;
  for (const btf_type* variable : map_variables(types))
    names.emplace_back(btf__name_by_offset(types, variable->name_off));
  return names;
}

}  // namespace bpfmaps::layout
