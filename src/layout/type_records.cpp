// SPDX-License-Identifier: BSD-2-Clause
#include "layout/type_records.h"

#include <array>
#include <string>
#include <utility>

namespace bpfmaps::layout {
namespace {

using output::Record;
using output::Value;

constexpr std::array<const char*, 20> kKinds = {
    "UNKNOWN", "INT",     "PTR",      "ARRAY",    "STRUCT",   "UNION", "ENUM",
    "FWD",     "TYPEDEF", "VOLATILE", "CONST",    "RESTRICT", "FUNC",  "FUNC_PROTO",
    "VAR",     "DATASEC", "FLOAT",    "DECL_TAG", "TYPE_TAG", "ENUM64"};

std::string text_at(const btf* types, std::uint32_t offset) {
  const char* text = btf__name_by_offset(types, offset);
  return text == nullptr ? "" : text;
}

Value::List members_of(const btf* types, const btf_type* type) {
  Value::List members;
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
    const btf_member& member = btf_members(type)[i];
    Value::Members one = {{"name", text_at(types, member.name_off)},
                          {"type_id", member.type},
                          {"bits_offset", btf_member_bit_offset(type, i)}};
    if (const std::uint32_t bits = btf_member_bitfield_size(type, i); bits != 0)
      one.push_back({"bitfield_size", bits});
    members.emplace_back(std::move(one));
  }
  return members;
}

Value::List values_of(const btf* types, const btf_type* type) {
  const bool is_signed = btf_kflag(type);
  Value::List values;
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
    if (btf_is_enum64(type)) {
      const struct btf_enum64& one = btf_enum64(type)[i];
      const std::uint64_t value = btf_enum64_value(&one);
      values.emplace_back(Value::Members{
          {"name", text_at(types, one.name_off)},
          {"val", is_signed ? Value(static_cast<std::int64_t>(value)) : Value(value)}});
    } else {
      const struct btf_enum& one = btf_enum(type)[i];
      values.emplace_back(Value::Members{
          {"name", text_at(types, one.name_off)},
          {"val", is_signed ? Value(one.val) : Value(static_cast<std::uint32_t>(one.val))}});
    }
  }
  return values;
}

Value::List params_of(const btf* types, const btf_type* type) {
  Value::List params;
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
    const btf_param& param = btf_params(type)[i];
    params.emplace_back(
        Value::Members{{"name", text_at(types, param.name_off)}, {"type_id", param.type}});
  }
  return params;
}

Value::List variables_of(const btf_type* type) {
  Value::List variables;
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
    const btf_var_secinfo& one = btf_var_secinfos(type)[i];
    variables.emplace_back(
        Value::Members{{"type_id", one.type}, {"offset", one.offset}, {"size", one.size}});
  }
  return variables;
}

const char* encoding_of(const btf_type* type) {
  switch (btf_int_encoding(type)) {
    case BTF_INT_SIGNED: return "SIGNED";
    case BTF_INT_CHAR: return "CHAR";
    case BTF_INT_BOOL: return "BOOL";
    default: return "(none)";
  }
}

const char* linkage_of(std::uint32_t linkage) {
  constexpr std::array kNames = {"static", "global", "extern"};
  return linkage < kNames.size() ? kNames[linkage] : "unknown";
}

bool may_have_name(const btf_type* type, std::string_view kind) {
  if (kind == "struct") return btf_is_struct(type);
  if (kind == "union") return btf_is_union(type);
  if (kind == "enum") return btf_is_any_enum(type);
  return btf_is_composite(type) || btf_is_any_enum(type) || btf_is_typedef(type) ||
         btf_is_int(type) || btf_is_float(type) || btf_is_func(type);
}

}  // namespace

std::vector<std::uint32_t> types_named(const btf* types, std::string_view name) {
  std::string_view kind;
  for (const std::string_view one : {"struct", "union", "enum"})
    if (name.size() > one.size() && name.starts_with(one) && name[one.size()] == ' ') kind = one;
  if (!kind.empty()) name.remove_prefix(name.find_first_not_of(' ', kind.size()));
  std::vector<std::uint32_t> found;
  for (std::uint32_t id = 1; id < btf__type_cnt(types); ++id) {
    const btf_type* type = btf__type_by_id(types, id);
    if (may_have_name(type, kind) && name == btf__name_by_offset(types, type->name_off))
      found.push_back(id);
  }
  return found;
}

void add_parts(const btf* types, std::uint32_t id, std::set<std::uint32_t>& parts) {
  std::vector<std::uint32_t> pending = {id};
  while (!pending.empty()) {
    const std::uint32_t next = pending.back();
    pending.pop_back();
    const btf_type* type = btf__type_by_id(types, next);
    if (next == 0 || type == nullptr || !parts.insert(next).second) continue;
    switch (btf_kind(type)) {
      case BTF_KIND_ARRAY:
        pending.push_back(btf_array(type)->type);
        pending.push_back(btf_array(type)->index_type);
        break;
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION:
        for (std::uint32_t i = 0; i < btf_vlen(type); ++i)
          pending.push_back(btf_members(type)[i].type);
        break;
      case BTF_KIND_FUNC_PROTO:
        pending.push_back(type->type);
        for (std::uint32_t i = 0; i < btf_vlen(type); ++i)
          pending.push_back(btf_params(type)[i].type);
        break;
      case BTF_KIND_DATASEC:
        for (std::uint32_t i = 0; i < btf_vlen(type); ++i)
          pending.push_back(btf_var_secinfos(type)[i].type);
        break;
      case BTF_KIND_INT:
      case BTF_KIND_ENUM:
      case BTF_KIND_ENUM64:
      case BTF_KIND_FLOAT:
      case BTF_KIND_FWD: break;
      default: pending.push_back(type->type);
    }
  }
}

Record type_record(const btf* types, std::uint32_t id) {
  const btf_type* type = btf__type_by_id(types, id);
  const std::uint32_t kind = btf_kind(type);
  Record record;
  record.add("id", id).add("kind", kind < kKinds.size() ? kKinds[kind] : "UNKNOWN");
  record.add("name", text_at(types, type->name_off));
  switch (kind) {
    case BTF_KIND_INT:
      record.add("size", type->size)
          .add("bits_offset", btf_int_offset(type))
          .add("nr_bits", btf_int_bits(type))
          .add("encoding", encoding_of(type));
      break;
    case BTF_KIND_ARRAY:
      record.add("type_id", btf_array(type)->type)
          .add("index_type_id", btf_array(type)->index_type)
          .add("nr_elems", btf_array(type)->nelems);
      break;
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
      record.add("size", type->size).add("members", members_of(types, type));
      break;
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
      record.add("size", type->size)
          .add("encoding", btf_kflag(type) ? "SIGNED" : "UNSIGNED")
          .add("values", values_of(types, type));
      break;
    case BTF_KIND_FWD: record.add("fwd_kind", btf_kflag(type) ? "union" : "struct"); break;
    case BTF_KIND_FUNC:
      record.add("type_id", type->type).add("linkage", linkage_of(btf_vlen(type)));
      break;
    case BTF_KIND_FUNC_PROTO:
      record.add("ret_type_id", type->type).add("params", params_of(types, type));
      break;
    case BTF_KIND_VAR:
      record.add("type_id", type->type).add("linkage", linkage_of(btf_var(type)->linkage));
      break;
    case BTF_KIND_DATASEC: record.add("size", type->size).add("vars", variables_of(type)); break;
    case BTF_KIND_FLOAT: record.add("size", type->size); break;
    case BTF_KIND_DECL_TAG:
      record.add("type_id", type->type).add("component_idx", btf_decl_tag(type)->component_idx);
      break;
    default: record.add("type_id", type->type);
  }
  return record;
}

}  // namespace bpfmaps::layout
