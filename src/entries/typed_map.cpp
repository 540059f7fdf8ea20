// SPDX-License-Identifier: BSD-2-Clause
#include "entries/typed_map.h"

#include "entries/inner_maps.h"
#include "entries/layout_cache.h"
#include "entries/map_types.h"
#include "entries/saved_map.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "layout/compile.h"

namespace bpfmaps::entries {

using layout::Layout;

namespace {

Layouts raw_layouts(const kernel::MapInfo& info) {
  const kernel::Keys keys = kernel::kind_of(info.type).keys;
  const bool own = keys == kernel::Keys::any || keys == kernel::Keys::none;
  return {own ? Layout::raw(info.key_size) : Layout::index(), Layout::raw(info.value_size)};
}

// Leaves `layout` as it is where no type is known.
Status compile(const TypeRef& type, std::uint32_t size, const std::string& subject,
               Layout& layout) {
  if (type.id == 0) return {};
  auto compiled = layout::compile(type.types, type.id, size);
  if (!compiled) {
    compiled.error().subject = subject;
    return fail(std::move(compiled).error());
  }
  layout = *std::move(compiled);
  return {};
}

// Where such a struct has functions, the kernel hands out the ids of programs; its other pointers
// are never set (bpf_struct_ops_map_update_elem()).
void show_programs(layout::Node& node) {
  if (node.shape == layout::Shape::pointer) node.shape = layout::Shape::unsigned_int;
  for (layout::Node& child : node.children) show_programs(child);
}

Result<Layouts> typed_layouts(const kernel::MapInfo& info, const MapOptions& options) {
  const Layouts* known =
      options.cache == nullptr ? nullptr : options.cache->find(info, options.types);
  if (known != nullptr) return *known;
  Layouts layouts = raw_layouts(info);
  MapTypes types = TRY(find_map_types(info, options.types, options.remark));
  layouts.denied = std::move(types.denied);
  TRY(compile(types.key, info.key_size, options.subject, layouts.key));
  TRY(compile(types.value, info.value_size, options.subject, layouts.value));
  for (const Layout* layout : {&layouts.key, &layouts.value})
    if (!layout->remark().empty()) options.remark(layout->remark());
  if (kernel::kind_of(info.type).structure == kernel::Structure::prefixes)
    layouts.key.make_prefix();
  if (kernel::kind_of(info.type).holds == kernel::Holds::callbacks)
    show_programs(layouts.value.root());
  if (options.cache != nullptr) options.cache->keep(info, options.types, layouts);
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
  if (typed.saved) return open_saved_source(*typed.saved);
  if (typed.inner) return kernel::make_single_source(TRY(open_inner_reader(typed)));
  if (!typed.resolver) return kernel::open_source(typed.map, typed.rate);
  return kernel::make_single_source(
      resolved(TRY(kernel::open_reader(typed.map, typed.rate)), *typed.resolver));
}

std::string change_text(const kernel::Source& source) {
  const std::uint64_t restarts = source.restarts();
  if (restarts == 0) return {};
  return "the map changed while it was read, and the kernel started over " +
         (restarts == 1 ? "once" : std::to_string(restarts) + " times") +
         ": entries may be missing; none is there twice";
}

std::string gap_text(const TypedMap& typed) {
  const Resolver* resolver =
      typed.inner ? typed.inner->first->resolver.get() : typed.resolver.get();
  if (resolver == nullptr || !resolver->gap()) return {};
  const Error& gap = *resolver->gap();
  return "not all that entries stand for is known: " + gap.subject + ": " + gap.message();
}

Status tell_gap(const TypedMap& typed, bool depends, const Remark& remark) {
  const std::string text = gap_text(typed);
  if (text.empty()) return {};
  if (depends) return fail(Error::refused(Kind::incomplete, "read map", "", text));
  remark(text);
  return {};
}

Error explain_denied(const TypedMap& typed, Error error) {
  if (!typed.types_denied || error.kind != Kind::usage) return error;
  error.kind = Kind::permission;
  error.code = typed.types_denied->code;
  error.operation = typed.types_denied->operation;
  error.context += ": " + typed.types_denied->context;
  error.hint = typed.types_denied->hint;
  return error;
}

Status add_reduction(TypedMap& typed, const MapOptions& options) {
  const auto how = layout::reduce_from_name(options.cpu);
  if (!how || typed.shape.cpus.empty()) return {};
  if (!typed.value.is_typed())
    return fail(Error::refused(
        Kind::unsupported, "read map", options.subject,
        "--cpu " + options.cpu + " needs to know the value's fields, and the map has no types",
        "leave --cpu out to see the bytes of each CPU"));
  typed.reduction = std::make_unique<layout::Reduction>(typed.value, *how, typed.shape.cpus.size(),
                                                        typed.shape.slot);
  return {};
}

Result<std::unique_ptr<TypedMap>> make_typed_map(kernel::Map map, kernel::ValueShape shape,
                                                 const MapOptions& options) {
  const kernel::MapInfo& info = map.info();
  Layouts layouts = options.raw ? raw_layouts(info) : TRY(typed_layouts(info, options));
  auto typed = std::make_unique<TypedMap>(std::move(map), std::move(shape), std::move(layouts.key),
                                          std::move(layouts.value));
  typed->types_denied = std::move(layouts.denied);
  return typed;
}

Result<std::unique_ptr<TypedMap>> make_typed_map(kernel::Map map, const MapOptions& options) {
  kernel::ValueShape shape = TRY(kernel::value_shape(map.info()));
  auto typed = TRY(make_typed_map(std::move(map), std::move(shape), options));
  if (!options.raw) typed->resolver = make_resolver(typed->map.info());
  if (options.gentle) typed->rate = kernel::ReadRate::gentle;
  TRY(add_reduction(*typed, options));
  return typed;
}

}  // namespace bpfmaps::entries
