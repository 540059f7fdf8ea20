// SPDX-License-Identifier: BSD-2-Clause
// What verbs that make or change something print of it: one object in JSON, since a reader of JSON
// falls over silence; nothing in a table.
#pragma once

#include "commands/shared/context.h"
#include "output/record.h"

namespace bpfmaps::commands {

inline void print_change(Context& context, const output::Record& record) {
  if (context.style.is_json()) print_one(context.out, context.style, record);
}

}  // namespace bpfmaps::commands
