// SPDX-License-Identifier: BSD-2-Clause
// A map as a program would declare it in C.
#pragma once

#include <string>

#include "entries/map_types.h"

namespace bpfmaps::commands {

/// The C types that `types` are made of, and a declaration of `map` that libbpf takes; the
/// variables of a section of global data. What the maps in a map of maps are like is told by the
/// first one that is in it.
Result<std::string> c_declaration(const kernel::Map& map, const entries::MapTypes& types,
                                  const entries::TypeOptions& options,
                                  const entries::Remark& remark);

}  // namespace bpfmaps::commands
