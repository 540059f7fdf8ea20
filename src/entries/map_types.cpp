// SPDX-License-Identifier: BSD-2-Clause
#include "entries/map_types.h"

#include "base/text.h"
#include "kernel/map/map_kind.h"
#include "layout/declared_map.h"

namespace bpfmaps::entries {
namespace {

// The struct of callbacks is one of the kernel's own types, made for the map alone. A module's type
// would be in other BTF than the kernel's: such a map is shown as bytes.
TypeRef callbacks_type(const kernel::MapInfo& info) {
  const btf* own = kernel::vmlinux_btf();
  const btf_type* type =
      own == nullptr ? nullptr : btf__type_by_id(own, info.btf_vmlinux_value_type_id);
  if (type == nullptr || type->size != info.value_size) return {};
  const std::string_view name = btf__name_by_offset(own, type->name_off);
  return name.starts_with("bpf_struct_ops_") ? TypeRef{own, info.btf_vmlinux_value_type_id}
                                             : TypeRef();
}

Status use_kernels(const kernel::MapInfo& info, const TypeOptions& options, const Remark& remark,
                   MapTypes& types) {
  if (options.own != nullptr) {
    types.key = {options.own, info.btf_key_type_id};
    types.value = {options.own, info.btf_value_type_id};
    return {};
  }
  if (kernel::kind_of(info.type).holds == kernel::Holds::callbacks) {
    types.value = callbacks_type(info);
    return {};
  }
  if (info.btf_id == 0) return {};
  auto own = kernel::btf_by_id(info.btf_id);
  if (!own && own.error().kind == Kind::permission) {
    remark("bytes are shown: the kernel gives the map's types (BTF id " +
           std::to_string(info.btf_id) + ") only to CAP_SYS_ADMIN; name them with --btf FILE");
    types.denied = std::move(own).error();
    return {};
  }
  types.own = TRY(std::move(own));
  types.key = {types.own.get(), info.btf_key_type_id};
  types.value = {types.own.get(), info.btf_value_type_id};
  return {};
}

Error several(const std::string& file, const std::string& name,
              const std::vector<layout::DeclaredMap>& found) {
  std::string names;
  for (const layout::DeclaredMap& one : found) names += (names.empty() ? "" : ", ") + one.name;
  return Error::usage(
      file + " declares several maps of which the kernel keeps the name `" + name + "`: " + names,
      "a pin that is called like the map tells which; or name the types: "
      "--key-type T --value-type T");
}

layout::MapTraits traits_of(const kernel::MapInfo& info, std::string_view pin) {
  return {.name = info.name,
          .pin = pin,
          .type = info.type,
          .key_size = info.key_size,
          .value_size = info.value_size};
}

std::vector<layout::DeclaredMap> declarations_of(const kernel::MapInfo& info,
                                                 const TypeOptions& options, const btf* types) {
  if (options.outer == nullptr)
    return layout::find_declared_maps(types, traits_of(info, options.pin));
  auto found = layout::find_declared_maps(types, traits_of(info, {}));
  if (!found.empty()) return found;
  for (const auto& outer :
       layout::find_declared_maps(types, traits_of(*options.outer, options.pin)))
    if (outer.inner_id != 0) found.push_back(layout::declared_by(types, outer.inner_id));
  return found;
}

Error undeclared(const std::string& file, const std::string& name, const btf* types) {
  const auto names = layout::declared_maps(types);
  const std::vector<std::string_view> known(names.begin(), names.end());
  return Error::usage(file + " declares no map `" + name + "`",
                      names.empty() ? "name the types: --key-type T --value-type T"
                                    : suggestion(name, known,
                                                 "name the types with --key-type and "
                                                 "--value-type; it declares"));
}

Status use_declared(const kernel::MapInfo& info, const TypeOptions& options, const Remark& remark,
                    MapTypes& types) {
  const btf* from = types.source.types;
  const auto found = declarations_of(info, options, from);
  if (found.empty()) return fail(undeclared(options.btf, info.name, from));
  const layout::DeclaredMap& declared = found[0];
  for (const layout::DeclaredMap& other : found)
    if (other.key_id != declared.key_id || other.value_id != declared.value_id)
      return fail(several(options.btf, info.name, found));
  if (declared.key_id == 0 && declared.value_id == 0)
    remark("bytes are shown: " + options.btf + " declares `" + info.name + "` without types");
  types.key = {from, declared.key_id};
  types.value = {from, declared.value_id};
  return {};
}

Status use_named(const std::string& name, std::uint32_t size, MapTypes& types, TypeRef& part) {
  if (name.empty()) return {};
  if (!types.named) types.named = std::make_unique<layout::NamedTypes>(types.source.types);
  part = {types.named->types(), TRY(types.named->add(name, size))};
  return {};
}

}  // namespace

Result<bool> declares(const kernel::MapInfo& info, const TypeOptions& options) {
  const TypeSource source = TRY(open_type_source(options.btf));
  return source.types != nullptr && !declarations_of(info, options, source.types).empty();
}

Result<MapTypes> find_map_types(const kernel::MapInfo& info, const TypeOptions& options,
                                const Remark& remark) {
  MapTypes types;
  types.source = TRY(open_type_source(options.btf));
  const std::string& key = options.key_type;
  const std::string& value = options.value_type;
  if (types.source.types != nullptr && key.empty() && value.empty()) {
    TRY(use_declared(info, options, remark, types));
  } else if (key.empty() || value.empty()) {
    TRY(use_kernels(info, options, remark, types));
  }
  TRY(use_named(key, info.key_size, types, types.key));
  TRY(use_named(value, info.value_size, types, types.value));
  return types;
}

}  // namespace bpfmaps::entries
