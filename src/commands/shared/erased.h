// SPDX-License-Identifier: BSD-2-Clause
// What map clear and map delete --where print.
#pragma once

#include "commands/shared/context.h"
#include "entries/erase.h"

namespace bpfmaps::commands {

/// Prints how many entries there were (`name` is "matching" or "entries") and how many of them were
/// deleted, also of those before an error, which it returns. Nothing where the first one failed.
Status print_erased(const entries::Erased& erased, std::string_view name, bool dry,
                    Context& context);

}  // namespace bpfmaps::commands
