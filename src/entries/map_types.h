// SPDX-License-Identifier: BSD-2-Clause
// MapTypes: the types of a map's keys and values, from wherever they are known.
#pragma once

#include <memory>

#include "cli/request.h"
#include "commands/shared/context.h"
#include "entries/type_source.h"
#include "kernel/handle.h"
#include "layout/named_types.h"

namespace bpfmaps::commands {

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
};

/// By --key-type and --value-type, looked up in --btf FILE; else by what FILE declares for a map
/// of that name; else by what the kernel knows of the map. Types that the kernel keeps back (no
/// CAP_SYS_ADMIN) are none, and one remark. Sizes are not checked here.
Result<MapTypes> find_map_types(const cli::Request& request, const kernel::MapInfo& info,
                                Context& context);

}  // namespace bpfmaps::commands
