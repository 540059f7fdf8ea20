// SPDX-License-Identifier: BSD-2-Clause
#include "object/inspect.h"

#include <bpf/btf.h>

#include "object/externs.h"
#include "object/needs.h"
#include "object/open.h"
#include "object/types.h"

namespace bpfmaps::object {

namespace {

std::vector<TypeSpec> types_used(const bpf_object* object) {
  const btf* types = bpf_object__btf(object);
  UsedTypes used(types);
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    used.add(bpf_map__btf_key_type_id(map));
    const std::uint32_t id = bpf_map__btf_value_type_id(map);
    const btf_type* value = types == nullptr ? nullptr : btf__type_by_id(types, id);
    if (value == nullptr || !btf_is_datasec(value)) {
      used.add(id);
      continue;
    }
    for (const btf_var_secinfo& place : std::span(btf_var_secinfos(value), btf_vlen(value)))
      used.add(btf__type_by_id(types, place.type)->type);
  }
  return used.used();
}

}  // namespace

Result<Spec> inspect(const ElfImage& image) {
  const Object object = TRY(open_object(image));
  Spec spec{.license = license_of(object.sections),
            .legacy = object.modern.has_value(),
            .maps = {},
            .programs = {},
            .variables = variables_of(bpf_object__btf(object.get())),
            .externs = externs_of(object.sections),
            .types = types_used(object.get()),
            .needs = {}};
  spec.needs = needs_of(object.get(), object.sections, spec.externs);
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object.get()) spec.maps.push_back(spec_of(object.get(), map));
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object.get()) spec.programs.push_back(spec_of(program));
  if (spec.maps.empty() && spec.programs.empty()) {
    return fail(Error::refused(Kind::invalid, "read object", image.name(),
                               "it declares no maps and no programs"));
  }
  return spec;
}

}  // namespace bpfmaps::object
