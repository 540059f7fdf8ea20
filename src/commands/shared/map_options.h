// SPDX-License-Identifier: BSD-2-Clause
// From what was typed to what it means: the options of maps and entries, filled in from a Request
// here and nowhere else.
#pragma once

#include <memory>

#include "cli/request.h"
#include "commands/shared/context.h"
#include "entries/dump_query.h"
#include "entries/options.h"
#include "entries/typed_map.h"

namespace bpfmaps::commands {

/// --btf, --key-type and --value-type.
entries::TypeOptions type_options(const cli::Request& request);

/// --raw, --gentle, --cpu and the types, for the map that `request` names as MAP. Remarks are
/// printed behind what has been written so far. `context` outlives the result.
entries::MapOptions map_options(const cli::Request& request, Context& context);

/// Prints a remark behind what has been written so far. `context` outlives the result.
entries::Remark map_remark(Context& context);

/// --where, --sort, --top, --limit and --fields. Kind::usage for --top without --sort.
Result<entries::QueryOptions> query_options(const cli::Request& request);

/// --where, --counters and --gauges.
entries::CounterOptions counter_options(const cli::Request& request);

/// The map that `request` names as MAP, with its types.
Result<std::unique_ptr<entries::TypedMap>> open_typed_map(const cli::Request& request,
                                                          Context& context, kernel::Access access);

/// The same to read, for the operand of another name: a MAP, or a saved map as a file.
Result<std::unique_ptr<entries::TypedMap>> open_map_or_file(const cli::Request& request,
                                                            cli::OperandId operand,
                                                            Context& context);

/// What `request` asks of the entries of `typed`.
Result<entries::DumpQuery> dump_query_from(const cli::Request& request,
                                           const entries::TypedMap& typed);

/// Prints one entry of `typed` in the form that was asked for, and what there is to remark of it.
/// Without keys only the value is shown.
void print_entry(const Entries& entry, const entries::TypedMap& typed, Context& context);

}  // namespace bpfmaps::commands
