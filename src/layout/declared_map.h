// SPDX-License-Identifier: BSD-2-Clause
// What an object's `.maps` section says of a map's types: for maps that lost them on the way into
// the kernel, or never had a loader that handed them over.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps::layout {

/// The ids of __type(key, ...) and __type(value, ...); 0 where the declaration has only sizes.
struct DeclaredMap {
  std::uint32_t key_id = 0, value_id = 0;
};

/// The declaration of the map that the kernel calls `name`, of which it keeps 15 bytes. That of
/// global data is called after its section, with the start of the object's name in front
/// ("golden.data", ".data.mine"): its value is the section.
std::optional<DeclaredMap> find_declared_map(const btf* types, std::string_view name);

/// The names of all maps that are declared.
std::vector<std::string> declared_maps(const btf* types);

}  // namespace bpfmaps::layout
