// SPDX-License-Identifier: BSD-2-Clause
// Maps, programs and links as records: bpftool's field names, each field always of one type.
// Fields that an object does not have are absent.
#pragma once

#include "kernel/handle.h"
#include "kernel/link/link_info.h"
#include "kernel/pin/index.h"
#include "kernel/prog/prog_name.h"
#include "output/record.h"

namespace bpfmaps::commands {

output::Record describe(const kernel::Map& map, const kernel::PinIndex& pins);
output::Record describe(const kernel::Prog& prog, const kernel::PinIndex& pins,
                        kernel::ProgNames& names);
/// Asks for the link's program, too, for its name and type.
output::Record describe(const kernel::Link& link, const kernel::PinIndex& pins,
                        kernel::ProgNames& names);

/// Adds `pinned`: the paths, and that there may be more of them where some could not be seen.
void add_pins(output::Record& record, const kernel::PinIndex& pins, kernel::Noun noun,
              std::uint32_t id);
/// The same for paths of several objects, out of `pins`.
void add_pins(output::Record& record, output::Value::List paths, const kernel::PinIndex& pins);

/// Facts as fields, or as the members of an object.
void add_facts(output::Record& record, const kernel::Facts& facts);
output::Value::Members members_of(const kernel::Facts& facts);

}  // namespace bpfmaps::commands
