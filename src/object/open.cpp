// SPDX-License-Identifier: BSD-2-Clause
#include "object/open.h"

#include <bpf/btf.h>

#include <cerrno>

#include "base/error_pointer.h"
#include "kernel/log.h"
#include "kernel/map/map_kind.h"
#include "object/elf_check.h"
#include "object/legacy.h"
#include "object/section_types.h"
#include "object/struct_ops_link.h"
#include "object/types.h"

namespace bpfmaps::object {

namespace {

/// What libbpf said of a refusal, or meant by `code`: many of its numbers are no errno.
std::string reason_of(int code, const kernel::Log& log) {
  std::string reason = log.reason();
  if (!reason.empty()) return reason;
  char text[128] = "";
  libbpf_strerror(code, static_cast<char*>(text), sizeof text);
  return "libbpf cannot read it: " + kernel::in_words(static_cast<const char*>(text));
}

Error refused_by_libbpf(const ElfImage& image, std::string reason) {
  constexpr std::string_view kExtern = "failed to find BTF for extern '";
  const std::size_t end = reason.find('\'', kExtern.size());
  if (!reason.starts_with(kExtern) || end == reason.npos) return bad_object(image, reason);
  const std::string name = reason.substr(kExtern.size(), end - kExtern.size());
  return bad_object(image, "it uses " + name + ", and nothing defines that")
      .advise(
          "BPF has no C library: inline it (__builtin_memcmp() on a constant size), or declare "
          "it `__ksym` where the kernel has it");
}

void type_newer_sections(bpf_object* object) {
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object) {
    if (bpf_program__type(program) != BPF_PROG_TYPE_UNSPEC) continue;
    if (const auto type = type_of_newer_section(bpf_program__section_name(program)))
      set_type(program, *type);
  }
}

}  // namespace

Result<Object> open_object(const ElfImage& image) {
  Object object{
      .modern = {}, .sections = TRY(read_bpf_object(image)), .handle = nullptr, .entries = {}};
  std::vector<LegacyMap> legacy;
  if (has_legacy_maps(object.sections)) {
    legacy = TRY(read_legacy_maps(image, object.sections));
    object.modern = TRY(modernised(image, object.sections, legacy));
  }
  std::optional<ElfImage> renamed =
      TRY(without_link_section(object.modern ? *object.modern : image, object.sections));
  const bool has_links = renamed.has_value();
  if (has_links) object.modern = std::move(renamed);
  const Bytes bytes = object.modern ? object.modern->contents() : image.contents();

  const std::string stem = image.stem();
  bpf_object_open_opts options{};
  options.sz = sizeof options;
  options.object_name = stem.c_str();
  const kernel::Log log;
  object.handle.reset(unless_error(bpf_object__open_mem(bytes.data(), bytes.size(), &options)));
  const int code = errno;
  if (object.handle == nullptr) return fail(refused_by_libbpf(image, reason_of(code, log)));
  object.entries = table_entries(object.get(), legacy);
  type_newer_sections(object.get());
  if (has_links) flag_links(object.get());
  return object;
}

namespace {

/// The kernel's struct that a map of struct_ops fills, which libbpf does not tell: the type of the
/// variable of its name.
std::string struct_filled_by(const btf* types, std::string_view map) {
  const std::uint32_t end = types == nullptr ? 0 : btf__type_cnt(types);
  for (std::uint32_t id = 1; id < end; ++id) {
    const btf_type* section = btf__type_by_id(types, id);
    if (!btf_is_datasec(section) ||
        !std::string_view(btf__name_by_offset(types, section->name_off)).starts_with(".struct_ops"))
      continue;
    for (const btf_var_secinfo& place : std::span(btf_var_secinfos(section), btf_vlen(section))) {
      const btf_type* variable = btf__type_by_id(types, place.type);
      if (map == btf__name_by_offset(types, variable->name_off))
        return type_name(types, variable->type);
    }
  }
  return {};
}

}  // namespace

MapSpec spec_of(const bpf_object* object, const bpf_map* map) {
  const btf* types = bpf_object__btf(object);
  MapSpec spec{.name = bpf_map__name(map),
               .type = bpf_map__type(map),
               .key_size = bpf_map__key_size(map),
               .value_size = bpf_map__value_size(map),
               .max_entries = bpf_map__max_entries(map),
               .flags = bpf_map__map_flags(map),
               .extra = bpf_map__map_extra(map),
               .key_type = type_name(types, bpf_map__btf_key_type_id(map)),
               .value_type = kernel::kind_of(bpf_map__type(map)).holds == kernel::Holds::callbacks
                                 ? struct_filled_by(types, bpf_map__name(map))
                                 : type_name(types, bpf_map__btf_value_type_id(map)),
               .pinned_by_name = bpf_map__pin_path(map) != nullptr};
  // libbpf takes no maps of maps of maps.
  if (const bpf_map* inner = bpf_map__inner_map(const_cast<bpf_map*>(map)))
    spec.inner.push_back(spec_of(object, inner));
  return spec;
}

ProgSpec spec_of(const bpf_program* program) {
  return {.name = bpf_program__name(program),
          .section = bpf_program__section_name(program),
          .type = bpf_program__type(program),
          .instructions = bpf_program__insn_cnt(program),
          .optional = !bpf_program__autoload(program)};
}

}  // namespace bpfmaps::object
