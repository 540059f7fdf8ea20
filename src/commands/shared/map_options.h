// SPDX-License-Identifier: BSD-2-Clause
// From what was typed to what it means: the options of maps and entries, filled in from a Request
// here and nowhere else.
#pragma once

#include <memory>

#include "cli/request.h"
#include "commands/shared/context.h"
#include "entries/dump_query.h"
#include "entries/options.h"
#include "entries/stream.h"
#include "entries/typed_map.h"

namespace bpfmaps::commands {

/// --btf, --key-type and --value-type.
entries::TypeOptions type_options(const cli::Request& request);

/// --raw, --gentle, --cpu and the types, for the map that `request` names as MAP. Remarks are
/// printed behind what has been written so far. `context` outlives the result.
entries::MapOptions map_options(const cli::Request& request, Context& context);
/// The same for `map`, which outlives the result. With `among` several, remarks name it.
entries::MapOptions map_options(const cli::Request& request, const cli::Selector& map, bool among,
                                Context& context);

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

/// The maps that `request` names as MAP, which may be given again and again.
struct NamedMaps {
  std::vector<cli::Selector> maps;
  bool several;  ///< answers name the map: there may be more than one
};
/// A pattern of paths stands for all pins of maps that match it: an error where there are none.
Result<NamedMaps> named_maps(const cli::Request& request);

/// `map` as `options` say, to read: a map, or a file that one is saved in.
Result<std::unique_ptr<entries::TypedMap>> open_map_or_file(const cli::Selector& map,
                                                            const entries::MapOptions& options);

/// What `request` asks of the entries of `typed`.
Result<entries::DumpQuery> dump_query_from(const cli::Request& request,
                                           const entries::TypedMap& typed);

/// How one entry is printed: as a row, as a histogram, with times.
struct EntryPrinter {
  std::unique_ptr<layout::Times> times;
  entries::MakeRows make;
};
/// What `request` asks of it, checked before anything is read: --time, --hist, --cpu spread.
Result<EntryPrinter> entry_printer(const cli::Request& request, const entries::TypedMap& typed,
                                   Context& context);
void print_entry(const Entries& entry, const entries::TypedMap& typed, const EntryPrinter& printer,
                 Context& context);

/// Prints one entry of `typed` in the form that was asked for, and what there is to remark of it.
/// Without keys only the value is shown.
void print_entry(const Entries& entry, const entries::TypedMap& typed, Context& context);

}  // namespace bpfmaps::commands
