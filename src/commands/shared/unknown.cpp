// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/unknown.h"

#include <algorithm>

namespace bpfmaps::commands {

void UnknownFields::note(const output::Record& record, Context& context) {
  const output::Value* reasons = record.find(output::kUnknown);
  if (reasons == nullptr || context.style.is_json()) return;
  for (const output::Field& field : std::get<output::Value::Members>(reasons->data()))
    if (std::ranges::find(reasons_, field.name, &decltype(reasons_)::value_type::first) ==
        reasons_.end())
      reasons_.emplace_back(field.name, output::cell_text(field.value, context.style));
}

void UnknownFields::remark(Context& context) const {
  for (const auto& [field, reason] : reasons_)
    context.remark(field + ": not known of all: " + reason);
}

void remark_unknown(const std::vector<output::Record>& records, Context& context) {
  UnknownFields unknown;
  for (const output::Record& record : records) unknown.note(record, context);
  unknown.remark(context);
}

}  // namespace bpfmaps::commands
