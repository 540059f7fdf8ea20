// SPDX-License-Identifier: BSD-2-Clause
#include "object/types.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace bpfmaps::object {
namespace {

// Deeper nesting of pointers and arrays is no type that a person wrote.
constexpr int kDeepest = 16;

/// "struct rule", or "struct" for one without a name.
std::string tagged(std::string keyword, const std::string& name) {
  return name.empty() ? keyword : keyword + " " + name;
}

std::string name_at_depth(const btf* types, std::uint32_t id, int depth);

/// The name of what a pointer or qualifier stands before.
std::string name_behind(const btf* types, const btf_type* type, int depth) {
  return type->type == 0 ? "void" : name_at_depth(types, type->type, depth + 1);
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
    case BTF_KIND_CONST: return "const " + name_behind(types, type, depth);
    case BTF_KIND_VOLATILE: return "volatile " + name_behind(types, type, depth);
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG: return name_behind(types, type, depth);
    case BTF_KIND_PTR: return name_behind(types, type, depth) + " *";
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

namespace {

bool is_made_up(const btf_type* type) { return btf_is_composite(type) || btf_is_any_enum(type); }

/// A struct, union or enum with a name, or the typedef of one without.
bool is_told_apart(const btf* types, const btf_type* type) {
  if (!btf_is_typedef(type)) return is_made_up(type) && type->name_off != 0;
  const btf_type* behind = btf__type_by_id(types, type->type);
  return is_made_up(behind) && behind->name_off == 0;
}

}  // namespace

void UsedTypes::add(std::uint32_t id) {
  if (types_ == nullptr) return;
  std::vector<std::uint32_t> pending = {id};
  while (!pending.empty()) {
    const std::uint32_t next = pending.back();
    pending.pop_back();
    const btf_type* type = btf__type_by_id(types_, next);
    if (next == 0 || type == nullptr || !seen_.insert(next).second) continue;
    const __s64 size = btf__resolve_size(types_, next);
    if (is_told_apart(types_, type) && size >= 0)
      used_.push_back({type_name(types_, next), static_cast<std::uint32_t>(size)});
    if (btf_is_mod(type) || btf_is_typedef(type)) pending.push_back(type->type);
    if (btf_is_array(type)) pending.push_back(btf_array(type)->type);
    if (!btf_is_composite(type)) continue;
    for (int i = btf_vlen(type); i > 0; --i) pending.push_back(btf_members(type)[i - 1].type);
  }
}

std::vector<std::string> names_in(const btf* types, const btf_type* section) {
  std::vector<std::string_view> names;
  std::vector<std::uint32_t> offsets;
  for (const btf_var_secinfo& place : std::span(btf_var_secinfos(section), btf_vlen(section))) {
    names.emplace_back(btf__name_by_offset(types, btf__type_by_id(types, place.type)->name_off));
    offsets.push_back(place.offset);
  }
  std::vector<std::string> distinct(names.begin(), names.end());
  for (auto& [index, name] : told_apart(names, offsets)) distinct[index] = std::move(name);
  return distinct;
}

std::vector<VariableSpec> variables_of(const btf* types) {
  std::vector<VariableSpec> variables;
  const std::uint32_t end = types == nullptr ? 0 : btf__type_cnt(types);
  for (std::uint32_t id = 1; id < end; ++id) {
    const btf_type* section = btf__type_by_id(types, id);
    const std::string_view name = btf__name_by_offset(types, section->name_off);
    // The others hold maps, the license and what the kernel is to have.
    constexpr std::string_view kSections[] = {".data", ".bss", ".rodata"};
    if (!btf_is_datasec(section) || std::ranges::none_of(kSections, [name](std::string_view known) {
          return name.starts_with(known);
        }))
      continue;
    const std::vector<std::string> names = names_in(types, section);
    for (int i = 0; i < btf_vlen(section); ++i) {
      const btf_var_secinfo& place = btf_var_secinfos(section)[i];
      const btf_type* variable = btf__type_by_id(types, place.type);
      variables.push_back({.name = names[static_cast<std::size_t>(i)],
                           .section = std::string(name),
                           .type = type_name(types, variable->type),
                           .offset = place.offset,
                           .size = place.size});
    }
  }
  return variables;
}

}  // namespace bpfmaps::object
