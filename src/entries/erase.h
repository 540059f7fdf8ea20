// SPDX-License-Identifier: BSD-2-Clause
// Erasing many entries: their keys are gathered first, since a map that shrinks while it is read
// may be read from its start again.
#pragma once

#include "commands/shared/context.h"
#include "entries/typed_map.h"
#include "layout/query.h"

namespace bpfmaps::commands {

/// Deletes the entries that `query` keeps, null all of them, unless it is a `dry` run, and prints
/// how many there were and how many were deleted, also of those before an error. Kind::unsupported
/// where entries of that type cannot be deleted one by one.
Status erase_where(const TypedMap& typed, const layout::Query* query, bool dry, Context& context);

}  // namespace bpfmaps::commands
