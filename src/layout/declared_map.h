// SPDX-License-Identifier: BSD-2-Clause
// What an object's `.maps` section says of a map's types: for maps that lost them on the way into
// the kernel, or never had a loader that handed them over.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps::layout {

/// One declaration. Ids are those of __type(key, ...) and __type(value, ...), 0 where it has only
/// sizes; of a section of global data, `value_id` is the section.
struct DeclaredMap {
  std::string name = {};   ///< in full
  std::uint32_t type = 0;  ///< enum bpf_map_type; 0 where it is not said
  std::uint32_t key_id = 0, value_id = 0;
  std::uint32_t key_size = 0, value_size = 0;  ///< bytes; 0 where they are not known
  /// Of a map of maps, __array(values, ...): the type that declares what is in it; 0 without one.
  std::uint32_t inner_id = 0;
};

/// What is known of a map whose declaration is looked for.
struct MapTraits {
  std::string_view name;      ///< what the kernel calls it, of which it keeps 15 bytes
  std::string_view pin = {};  ///< the last part of its path, which may be its name in full
  std::uint32_t type = 0, key_size = 0, value_size = 0;
};

/// The declarations that `map` can come from: of those whose names agree with what the kernel
/// keeps, those whose full name is that of the pin; then those of its type and sizes; where none
/// has these, all. A map of global data is called after its section, with the start of the object's
/// name in front ("golden.data", ".data.mine").
///
/// Definitions may lie inside structs of one member each, as Rust's do.
std::vector<DeclaredMap> find_declared_maps(const btf* types, const MapTraits& map);

/// What a struct such as DeclaredMap::inner_id says; it has no name.
DeclaredMap declared_by(const btf* types, std::uint32_t id);

/// The names of all maps that are declared.
std::vector<std::string> declared_maps(const btf* types);

}  // namespace bpfmaps::layout
