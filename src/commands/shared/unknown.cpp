// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/unknown.h"

#include <set>

namespace bpfmaps::commands {

void remark_unknown(const std::vector<output::Record>& records, Context& context) {
  if (context.style.is_json()) return;
  std::set<std::string> told;
  for (const output::Record& record : records) {
    const output::Value* reasons = record.find(output::kUnknown);
    if (reasons == nullptr) continue;
    for (const output::Field& field : std::get<output::Value::Members>(reasons->data()))
      if (told.insert(field.name).second)
        context.remark(field.name +
                       ": not known of all: " + output::cell_text(field.value, context.style));
  }
}

}  // namespace bpfmaps::commands
