// SPDX-License-Identifier: BSD-2-Clause
// How far list and show commands look for pins: all of them with --bpffs, none with --no-pins.
#pragma once

#include <string_view>

#include "cli/request.h"
#include "commands/shared/list_query.h"
#include "kernel/pin/index.h"

namespace bpfmaps::commands {

/// Every pin of objects of these kinds. With --no-pins none are looked for and `query` loses their
/// column; an error of Kind::usage where it asks for that.
Result<kernel::PinIndex> pins_for_list(const cli::Request& request, ListQuery& query,
                                       kernel::Nouns nouns);

/// The pins of the one object that the operand `named` chose; all of them with --bpffs, none with
/// --no-pins, else as far as kernel::pins_of() looks.
kernel::PinIndex pins_for_show(const cli::Request& request, cli::OperandId named, kernel::Noun noun,
                               std::uint32_t id, std::string_view name);

}  // namespace bpfmaps::commands
