// SPDX-License-Identifier: BSD-2-Clause
#include "object/fit.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "kernel/btf.h"
#include "kernel/cpus.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"

namespace bpfmaps::object {
namespace {

/// As many as `entries`, so that each CPU gets the same number: the kernel's own rounding.
std::uint32_t same_for_each_cpu(std::uint32_t entries) {
  const auto cpus = kernel::possible_cpus();
  if (!cpus || cpus->empty()) return entries;
  const auto count = static_cast<std::uint32_t>(cpus->size());
  const std::uint32_t down = entries / count * count;
  const bool fits = down == entries || entries <= UINT32_MAX - count;
  return down == entries || !fits ? down : down + count;
}

/// The entries of the map that libbpf and the kernel make of `spec`.
std::uint32_t expected_entries(const MapSpec& spec) {
  const kernel::MapKind& kind = kernel::kind_of(spec.type);
  if (kind.lru && (spec.flags & BPF_F_NO_COMMON_LRU) != 0)
    return same_for_each_cpu(spec.max_entries);
  if (kind.structure == kernel::Structure::ring || kind.structure == kernel::Structure::user_ring)
    return std::max(std::bit_ceil(spec.max_entries), static_cast<std::uint32_t>(getpagesize()));
  if (kind.holds == kernel::Holds::perf_events && spec.max_entries == 0)
    if (const auto cpus = kernel::possible_cpus()) return static_cast<std::uint32_t>(cpus->size());
  return spec.max_entries;
}

/// The bytes of a value. The kernel puts a struct that programs fill in behind a header of its own;
/// nothing where it does not say how large that is.
std::optional<std::uint32_t> expected_value(const MapSpec& spec) {
  if (kernel::kind_of(spec.type).holds != kernel::Holds::callbacks) return spec.value_size;
  constexpr std::string_view kStruct = "struct ";
  if (!spec.value_type.starts_with(kStruct)) return std::nullopt;
  const std::string name = "bpf_struct_ops_" + spec.value_type.substr(kStruct.size());
  const btf* types = kernel::vmlinux_btf();
  const int id =
      types == nullptr ? -1 : btf__find_by_name_kind(types, name.c_str(), BTF_KIND_STRUCT);
  if (id < 0) return std::nullopt;  // it may be a module's
  return btf__type_by_id(types, static_cast<std::uint32_t>(id))->size;
}

/// Flags of the descriptor that creation returned, which the kernel does not keep.
constexpr std::uint32_t kNotKept = BPF_F_RDONLY | BPF_F_WRONLY;

/// The flags a map was asked to have; the kernel adds this one to each devmap it makes, whose
/// values are not the program's to write.
std::uint32_t asked_flags(const kernel::MapInfo& map) {
  const bool devmap = kernel::kind_of(map.type).holds == kernel::Holds::devices;
  return devmap ? map.flags & ~std::uint32_t{BPF_F_RDONLY_PROG} : map.flags;
}

std::string flags_text(std::uint32_t flags) {
  std::string text;
  for (const std::string& name : kernel::map_flag_names(flags))
    text.append(text.empty() ? "" : "|").append(name);
  return text.empty() ? "none" : text;
}

}  // namespace

std::vector<Difference> differences(const MapSpec& spec, const kernel::MapInfo& map, Fit fit) {
  std::vector<Difference> found;
  const auto compare = [&found](std::string field, std::string is, std::string wanted) {
    if (is != wanted) found.push_back({std::move(field), std::move(is), std::move(wanted)});
  };
  const auto bytes = [](std::uint32_t size) { return std::to_string(size) + " bytes"; };
  compare("type", kernel::map_type_name(map.type), kernel::map_type_name(spec.type));
  compare("key", bytes(map.key_size), bytes(spec.key_size));
  compare("value", bytes(map.value_size), bytes(expected_value(spec).value_or(map.value_size)));
  if (fit == Fit::layout) return found;
  compare("entries", std::to_string(map.max_entries), std::to_string(expected_entries(spec)));
  compare("flags", flags_text(asked_flags(map) & ~kNotKept), flags_text(spec.flags & ~kNotKept));
  compare("extra", std::to_string(map.extra), std::to_string(spec.extra));
  return found;
}

}  // namespace bpfmaps::object
