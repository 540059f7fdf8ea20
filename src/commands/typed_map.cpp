// SPDX-License-Identifier: BSD-2-Clause
#include "commands/typed_map.h"

#include "commands/select.h"
#include "kernel/btf.h"
#include "kernel/map_kind.h"
#include "kernel/names.h"
#include "layout/compile.h"

namespace bpfmaps {

using layout::Layout;

namespace {

struct Layouts {
  Layout key, value;
};

Layouts raw_layouts(const kernel::MapInfo& info) {
  return {kernel::kind_of(info.type).keys != kernel::Keys::any ? Layout::index()
                                                               : Layout::raw(info.key_size),
          Layout::raw(info.value_size)};
}

Result<Layouts> typed_layouts(const kernel::MapInfo& info, Context& context) {
  Layouts layouts = raw_layouts(info);
  if (info.btf_id == 0) return layouts;
  const auto types = kernel::btf_by_id(info.btf_id);
  if (!types && types.error().kind == Kind::permission) {
    context.remark("bytes are shown: the kernel gives the map's types (BTF id " +
                   std::to_string(info.btf_id) + ") only to CAP_SYS_ADMIN");
    return layouts;
  }
  if (!types) return fail(types.error());
  if (info.btf_key_type_id != 0)
    layouts.key = TRY(layout::compile(types->get(), info.btf_key_type_id, info.key_size));
  if (info.btf_value_type_id != 0)
    layouts.value = TRY(layout::compile(types->get(), info.btf_value_type_id, info.value_size));
  return layouts;
}

}  // namespace

layout::RowSpec TypedMap::row_spec() const {
  layout::RowSpec spec{.key = map.info().key_size == 0 ? nullptr : &key, .value = &value};
  if (resolver) (resolver->of_keys() ? spec.key : spec.value) = &resolver->layout();
  if (reduction) {
    spec.value = &reduction->layout();
  } else {
    spec.cpus = shape.cpus;
    spec.slot = shape.slot;
  }
  return spec;
}

Result<std::unique_ptr<kernel::Source>> open_source(const TypedMap& typed) {
  if (!typed.resolver) return kernel::open_source(typed.map);
  return kernel::make_single_source(resolved(TRY(kernel::open_reader(typed.map)), *typed.resolver));
}

Result<std::unique_ptr<TypedMap>> open_typed_map(const cli::Request& request, Context& context,
                                                 kernel::Access access) {
  const cli::Selector& selector = request.selector("MAP");
  kernel::Map map = TRY(open_map(selector, access));
  const kernel::MapInfo& info = map.info();
  Layouts layouts = context.style.raw ? raw_layouts(info) : TRY(typed_layouts(info, context));
  if (info.type == BPF_MAP_TYPE_LPM_TRIE && !context.style.raw) layout::mark_lpm_key(layouts.key);

  kernel::ValueShape shape = TRY(kernel::value_shape(info));
  auto typed = std::make_unique<TypedMap>(std::move(map), std::move(shape), std::move(layouts.key),
                                          std::move(layouts.value));
  if (!context.style.raw) typed->resolver = make_resolver(typed->map.info());
  const auto how = layout::reduce_from_name(request.value(cli::Option::cpu));
  if (how && !typed->shape.cpus.empty()) {
    if (!typed->value.is_typed())
      return fail(Error{.kind = Kind::unsupported,
                        .operation = "read map",
                        .subject = selector.describe(),
                        .context = "--cpu " + request.value(cli::Option::cpu) +
                                   " needs to know the value's fields, and the map has no types",
                        .hint = "leave --cpu out to see the bytes of each CPU"});
    typed->reduction = std::make_unique<layout::Reduction>(
        typed->value, *how, typed->shape.cpus.size(), typed->shape.slot);
  }
  return typed;
}

}  // namespace bpfmaps
