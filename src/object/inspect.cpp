// SPDX-License-Identifier: BSD-2-Clause
#include "object/inspect.h"

#include "object/open.h"
#include "object/types.h"

namespace bpfmaps::object {

Result<Spec> inspect(const Image& image) {
  const Object object = TRY(open_object(image));
  Spec spec{.license = object.license,
            .legacy = object.modern.has_value(),
            .maps = {},
            .programs = {},
            .variables = variables_of(bpf_object__btf(object.get()))};
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
