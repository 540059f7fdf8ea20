// SPDX-License-Identifier: BSD-2-Clause
#include "object/types.h"

#include <algorithm>

namespace bpfmaps::object {
namespace {

// Deeper nesting of pointers and arrays is no type that a person wrote.
constexpr int kDeepest = 16;

/// "struct rule", or "struct" for one without a name.
std::string tagged(std::string keyword, const std::string& name) {
  return name.empty() ? keyword : keyword + " " + name;
}

std::string name_at_depth(const btf* types, std::uint32_t id, int depth) {
  const btf_type* type = id == 0 || depth > kDeepest ? nullptr : btf__type_by_id(types, id);
  if (type == nullptr) return {};
  const std::string name = btf__name_by_offset(types, type->name_off);
  switch (btf_kind(type)) {
    case BTF_KIND_STRUCT: return tagged("struct", name);
    case BTF_KIND_UNION: return tagged("union", name);
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64: return tagged("enum", name);
    case BTF_KIND_FWD: return tagged(btf_kflag(type) ? "union" : "struct", name);
    case BTF_KIND_CONST: return "const " + name_at_depth(types, type->type, depth + 1);
    case BTF_KIND_VOLATILE: return "volatile " + name_at_depth(types, type->type, depth + 1);
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG: return name_at_depth(types, type->type, depth + 1);
    case BTF_KIND_PTR:
      return (type->type == 0 ? "void" : name_at_depth(types, type->type, depth + 1)) + " *";
    case BTF_KIND_ARRAY: {
      const struct btf_array* array = btf_array(type);
      return name_at_depth(types, array->type, depth + 1) + "[" + std::to_string(array->nelems) +
             "]";
    }
    default: return name;
  }
}

}  // namespace

std::string type_name(const btf* types, std::uint32_t id) {
  return types == nullptr ? std::string() : name_at_depth(types, id, 0);
}

std::vector<VariableSpec> variables_of(const btf* types) {
  std::vector<VariableSpec> variables;
  const std::uint32_t end = types == nullptr ? 0 : btf__type_cnt(types);
  for (std::uint32_t id = 1; id < end; ++id) {
    const btf_type* section = btf__type_by_id(types, id);
    const std::string_view name = btf__name_by_offset(types, section->name_off);
    // The others hold maps, the license and functions of the kernel.
    constexpr std::string_view kSections[] = {".data", ".bss", ".rodata", ".kconfig"};
    if (!btf_is_datasec(section) || std::ranges::none_of(kSections, [name](std::string_view known) {
          return name.starts_with(known);
        }))
      continue;
    for (int i = 0; i < btf_vlen(section); ++i) {
      const btf_var_secinfo& place = btf_var_secinfos(section)[i];
      const btf_type* variable = btf__type_by_id(types, place.type);
      variables.push_back({.name = btf__name_by_offset(types, variable->name_off),
                           .section = std::string(name),
                           .type = type_name(types, variable->type),
                           .offset = place.offset,
                           .size = place.size});
    }
  }
  return variables;
}

}  // namespace bpfmaps::object
