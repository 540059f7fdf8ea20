// SPDX-License-Identifier: BSD-2-Clause
// Selectors become handles here and nowhere else.
#pragma once

#include "cli/request.h"
#include "kernel/pin/pin.h"

namespace bpfmaps::commands {

/// The map, program or link that `selector` names. A name or tag with several bearers is refused
/// with their ids. Errors keep the selector as their subject.
Result<kernel::Map> open_map(const cli::Selector& selector, kernel::Access access);
Result<kernel::Prog> open_prog(const cli::Selector& selector);
Result<kernel::Link> open_link(const cli::Selector& selector);
/// The one of these that `noun` ("map", "prog" or "link") asks for.
Result<kernel::Pinned> open_any(std::string_view noun, const cli::Selector& selector);

}  // namespace bpfmaps::commands
