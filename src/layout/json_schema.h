// SPDX-License-Identifier: BSD-2-Clause
// JSON Schema (draft 2020-12) of what rows print in JSON.
#pragma once

#include <string>

#include "layout/rows.h"
#include "output/form.h"
#include "output/record.h"

namespace bpfmaps::layout {

/// The schema of one row of `spec` as --json prints it with that style's --net and --string-ints.
output::Record json_schema(const RowSpec& spec, const output::Style& style,
                           const std::string& title);

}  // namespace bpfmaps::layout
