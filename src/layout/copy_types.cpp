// SPDX-License-Identifier: BSD-2-Clause
#include "layout/copy_types.h"

#include <linux/btf.h>

#include <vector>

namespace bpfmaps::layout {
namespace {

constexpr int kMaxDepth = 32;  // as compile() allows

Error cannot_copy(std::string why) {
  return Error::refused(Kind::invalid, "read types", "", "the BTF does not make sense: " + why,
                        "name other types");
}

// What btf__add_*() returns: an id, or a negative errno.
Result<std::uint32_t> added(int id) {
  if (id < 0) return fail(cannot_copy(errno_text(-id)));
  return static_cast<std::uint32_t>(id);
}

}  // namespace

const char* TypeCopier::name_of(const btf_type* type) const {
  return btf__name_by_offset(from_, type->name_off);
}

Result<std::uint32_t> TypeCopier::copy(std::uint32_t id, int depth) {
  if (const auto known = copied_.find(id); known != copied_.end()) return known->second;
  const btf_type* type = id == 0 ? nullptr : btf__type_by_id(from_, id);
  if (type == nullptr) return fail(cannot_copy("type id " + std::to_string(id) + " is no value"));
  if (depth > kMaxDepth) return fail(cannot_copy("types nest deeper than 32 levels"));
  const std::uint32_t made = TRY(add(type, depth));
  copied_[id] = made;
  return made;
}

Result<std::uint32_t> TypeCopier::add(const btf_type* type, int depth) {
  switch (btf_kind(type)) {
    case BTF_KIND_INT:
    case BTF_KIND_FLOAT:
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64: return added(btf__add_type(to_, from_, type));
    case BTF_KIND_PTR: return add_pointer(type);
    case BTF_KIND_DATASEC: return add_section(type, depth);
    case BTF_KIND_CONST:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG: return copy(type->type, depth + 1);
    case BTF_KIND_TYPEDEF: return add_typedef(type, depth);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: return add_record(type, depth);
    case BTF_KIND_ARRAY: {
      const struct btf_array* of = btf_array(type);
      const std::uint32_t index = TRY(copy(of->index_type, depth + 1));
      const std::uint32_t element = TRY(copy(of->type, depth + 1));
      return added(
          btf__add_array(to_, static_cast<int>(index), static_cast<int>(element), of->nelems));
    }
    default:
      return fail(cannot_copy("`" + std::string(name_of(type)) + "` is no type a value can have"));
  }
}

// A pointer of the kernel's own keeps the tag that says so, and the name of what it points to.
Result<std::uint32_t> TypeCopier::add_pointer(const btf_type* type) {
  const btf_type* tag = btf__type_by_id(from_, type->type);
  if (tag == nullptr || !btf_is_type_tag(tag)) return added(btf__add_ptr(to_, 0));
  std::uint32_t at = tag->type;
  const btf_type* target = btf__type_by_id(from_, at);
  for (int step = 0; step < kMaxDepth && target != nullptr; ++step) {
    if (!btf_is_mod(target) && !btf_is_typedef(target)) break;
    at = target->type;
    target = btf__type_by_id(from_, at);
  }
  std::uint32_t id = 0;
  if (target != nullptr && (btf_is_struct(target) || btf_is_fwd(target)))
    id = TRY(added(btf__add_struct(to_, name_of(target), 0)));
  id = TRY(added(btf__add_type_tag(to_, name_of(tag), static_cast<int>(id))));
  return added(btf__add_ptr(to_, static_cast<int>(id)));
}

Result<std::uint32_t> TypeCopier::add_section(const btf_type* type, int depth) {
  std::vector<std::uint32_t> variables;
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
    const btf_type* variable = btf__type_by_id(from_, btf_var_secinfos(type)[i].type);
    if (variable == nullptr || !btf_is_var(variable))
      return fail(cannot_copy("a section holds what is no variable"));
    const std::uint32_t of = TRY(copy(variable->type, depth + 1));
    variables.push_back(
        TRY(added(btf__add_var(to_, name_of(variable), static_cast<int>(btf_var(variable)->linkage),
                               static_cast<int>(of)))));
  }
  const std::uint32_t id = TRY(added(btf__add_datasec(to_, name_of(type), type->size)));
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
    const btf_var_secinfo& place = btf_var_secinfos(type)[i];
    TRY(added(
        btf__add_datasec_var_info(to_, static_cast<int>(variables[i]), place.offset, place.size)));
  }
  return id;
}

Result<std::uint32_t> TypeCopier::add_typedef(const btf_type* type, int depth) {
  const char* const name = name_of(type);
  const std::uint32_t target = TRY(copy(type->type, depth + 1));
  const int names = btf__find_by_name_kind(from_, name, BTF_KIND_ENUM);
  if (names > 0) TRY(copy(static_cast<std::uint32_t>(names), depth + 1));
  return added(btf__add_typedef(to_, name, static_cast<int>(target)));
}

Result<std::uint32_t> TypeCopier::add_record(const btf_type* type, int depth) {
  std::vector<std::uint32_t> types;
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i)
    types.push_back(TRY(copy(btf_members(type)[i].type, depth + 1)));
  const std::uint32_t id =
      TRY(added(btf_is_union(type) ? btf__add_union(to_, name_of(type), type->size)
                                   : btf__add_struct(to_, name_of(type), type->size)));
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i)
    TRY(added(btf__add_field(to_, btf__name_by_offset(from_, btf_members(type)[i].name_off),
                             static_cast<int>(types[i]), btf_member_bit_offset(type, i),
                             btf_member_bitfield_size(type, i))));
  return id;
}

}  // namespace bpfmaps::layout
