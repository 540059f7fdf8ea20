// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/open_by_column.h"

namespace bpfmaps::commands {

using output::Value;

std::string holder_in_short(const Value& holder) {
  std::string pid, name;
  for (const output::Field& field : std::get<Value::Members>(holder.data()))
    (field.name == "pid" ? pid : name) = output::cell_text(field.value, {});
  return name + "(" + pid + ")";
}

OpenByColumn::OpenByColumn(bool asked, kernel::Noun noun, const Context& context)
    : asked_(asked), is_table_(context.style.is_table()) {
  if (!asked_) return;
  holders_ = kernel::find_open_by(noun);
  if (holders_.closed != 0)
    gap_ = std::to_string(holders_.closed) +
           " processes may not be looked into; that takes CAP_SYS_PTRACE";
  else if (holders_.gap)
    gap_ = holders_.gap->subject + ": " + holders_.gap->message();
}

void OpenByColumn::add_to(output::Record& record, std::uint32_t id) const {
  if (!asked_) return;
  Value::List list;
  if (const auto found = holders_.of.find(id); found != holders_.of.end())
    for (const kernel::ProcessRef& holder : found->second) {
      if (is_table_)
        list.emplace_back(holder.name + "(" + std::to_string(holder.pid) + ")");
      else
        list.emplace_back(Value::Members{{"pid", holder.pid}, {"comm", holder.name}});
    }
  if (!list.empty() || gap_.empty()) record.add("pids", std::move(list));
  if (!gap_.empty()) record.unknown("pids", gap_);
}

}  // namespace bpfmaps::commands
