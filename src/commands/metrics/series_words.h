// SPDX-License-Identifier: BSD-2-Clause
// The options of series, filled in from a Request.
#pragma once

#include "cli/request.h"
#include "entries/series_plan.h"

namespace bpfmaps::commands {

/// Those that every verb takes which names maps to measure.
inline constexpr cli::Option kSeriesOptions[] = {
    cli::Option::entries, cli::Option::labels,     cli::Option::counters, cli::Option::gauges,
    cli::Option::hist,    cli::Option::fields,     cli::Option::cpu,      cli::Option::where,
    cli::Option::sort,    cli::Option::max_series, cli::Option::prefix,   cli::Option::names,
    cli::Option::gentle,  cli::Option::btf,        cli::Option::key_type, cli::Option::value_type};

/// Errors are of Kind::usage.
Result<entries::SeriesOptions> series_options(const cli::Request& request);

/// Refuses options that are about maps where `request` names none, and --entries where it names
/// some without `all`.
Status check_series_options(const cli::Request& request);

}  // namespace bpfmaps::commands
