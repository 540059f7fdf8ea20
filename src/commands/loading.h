// SPDX-License-Identifier: BSD-2-Clause
// What prog load and prog loadall have in common.
#pragma once

#include "commands/context.h"
#include "object/load.h"

namespace bpfmaps {

/// Loads OBJ of `request` by `plan`, to which the keywords both verbs take are added, and prints
/// what is pinned now, one row for each.
Status load_and_print(const cli::Request& request, Context& context, object::LoadPlan plan);

}  // namespace bpfmaps
