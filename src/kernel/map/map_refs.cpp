// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/map_refs.h"

#include <cstring>
#include <optional>

#include "kernel/map/map_kind.h"
#include "kernel/map/reader.h"

namespace bpfmaps::kernel {
namespace {

/// Where the values of such a map hold an id, and of what.
struct Held {
  Noun noun;
  std::size_t offset;
};
std::optional<Held> held_in(const MapInfo& info) {
  switch (kind_of(info.type).holds) {
    case Holds::maps: return Held{Noun::map, 0};
    case Holds::programs: return Held{Noun::prog, 0};
    case Holds::devices:  // struct bpf_devmap_val and bpf_cpumap_val, where values are that long
    case Holds::cpus:
      if (info.value_size >= 8) return Held{Noun::prog, 4};
      return std::nullopt;
    default: return std::nullopt;
  }
}

std::uint32_t number_at(const std::uint8_t* bytes, std::size_t size) {
  std::uint32_t number = 0;
  if (size >= sizeof number) std::memcpy(&number, bytes, sizeof number);
  return number;
}

}  // namespace

Result<std::vector<std::uint32_t>> for_each_map_ref(
    const std::function<void(const MapRef&)>& visit) {
  std::vector<std::uint32_t> unread;
  TRY(for_each_map(Access::read, [&](const Map& map) {
    const auto held = held_in(map.info());
    if (!held) return;
    const auto reader = open_reader(map);
    if (!reader) return unread.push_back(map.info().id);
    for (;;) {
      const auto entries = (*reader)->next();
      // A map that changes too much to be read whole has been seen as far as it goes.
      if (!entries) return unread.push_back(map.info().id);
      if (entries->count == 0) return;
      for (std::uint32_t i = 0; i < entries->count; ++i) {
        const std::uint32_t id = number_at(entries->value(i) + held->offset, sizeof id);
        if (id != 0)
          visit({map.info(), number_at(entries->key(i), map.info().key_size), held->noun, id});
      }
    }
  }));
  return unread;
}

}  // namespace bpfmaps::kernel
