// SPDX-License-Identifier: BSD-2-Clause
// Rows of --cpu spread: for each key and field, how the CPUs' values compare.
#pragma once

#include <memory>

#include "base/result.h"
#include "layout/rows.h"

namespace bpfmaps::layout {

/// Rows of a per-CPU map: for each entry and each unsigned integer that `spec` shows of its value,
/// elements of arrays too, the sum, the least and the greatest value, the CPU that has that, how
/// many times the mean it is, and each CPU's value: as a bar a CPU in tables. Errors: Kind::usage
/// where there is one value for all CPUs, or no such field.
Result<std::unique_ptr<Rows>> make_spread_rows(const RowSpec& spec, const output::Style& style);

}  // namespace bpfmaps::layout
