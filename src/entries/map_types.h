// SPDX-License-Identifier: BSD-2-Clause
// MapTypes: the types of a map's keys and values, from wherever they are known.
#pragma once

#include <memory>
#include <optional>

#include "entries/options.h"
#include "entries/type_source.h"
#include "kernel/handle.h"
#include "layout/named_types.h"

namespace bpfmaps::entries {

/// A type in some BTF; an id of 0 where none is known.
struct TypeRef {
  const btf* types = nullptr;
  std::uint32_t id = 0;
};

/// Owns the BTF that its two types are in.
struct MapTypes {
  TypeRef key, value;
  kernel::Btf own;    ///< the map's
  TypeSource source;  ///< that of --btf
  std::unique_ptr<layout::NamedTypes> named;
  std::optional<Error> denied;  ///< why the kernel did not give them, where it does not permit it
};

/// By the types that `options` name, looked up in its BTF; else by what that BTF declares for a map
/// of that name; else by what the kernel knows of the map. Types that the kernel does not give (no
/// CAP_SYS_ADMIN) are none, and one remark. Sizes are not checked here.
Result<MapTypes> find_map_types(const kernel::MapInfo& info, const TypeOptions& options,
                                const Remark& remark);

/// Whether the BTF that `options` name declares that map.
Result<bool> declares(const kernel::MapInfo& info, const TypeOptions& options);

}  // namespace bpfmaps::entries
