// SPDX-License-Identifier: BSD-2-Clause
#include "object/fit.h"

#include <unistd.h>

#include <bit>

#include "kernel/cpus.h"
#include "kernel/names.h"

namespace bpfmaps::object {
namespace {

/// The entries that libbpf asks for where an object leaves it the choice or what it wrote is
/// no size that the kernel takes.
std::uint32_t expected_entries(const MapSpec& spec) {
  switch (spec.type) {
    case BPF_MAP_TYPE_RINGBUF:
    case BPF_MAP_TYPE_USER_RINGBUF:
      return std::max(std::bit_ceil(spec.max_entries), static_cast<std::uint32_t>(getpagesize()));
    case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
      if (spec.max_entries == 0) {
        if (const auto cpus = kernel::possible_cpus())
          return static_cast<std::uint32_t>(cpus->size());
      }
      return spec.max_entries;
    default: return spec.max_entries;
  }
}

/// The flags a map was asked to have; the kernel adds this one to each devmap it makes, whose
/// values are not the program's to write.
std::uint32_t asked_flags(const kernel::MapInfo& map) {
  const bool devmap = map.type == BPF_MAP_TYPE_DEVMAP || map.type == BPF_MAP_TYPE_DEVMAP_HASH;
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
  compare("value", bytes(map.value_size), bytes(spec.value_size));
  if (fit == Fit::layout) return found;
  compare("entries", std::to_string(map.max_entries), std::to_string(expected_entries(spec)));
  compare("flags", flags_text(asked_flags(map)), flags_text(spec.flags));
  compare("extra", std::to_string(map.extra), std::to_string(spec.extra));
  return found;
}

std::string text_of(const std::vector<Difference>& differences) {
  std::string text;
  for (const Difference& one : differences) {
    text.append(text.empty() ? "" : "; ").append(one.field);
    text.append(one.field.ends_with('s') ? " are " : " is ");
    text.append(one.is).append(", not ").append(one.wanted);
  }
  return text;
}

}  // namespace bpfmaps::object
