// SPDX-License-Identifier: BSD-2-Clause
#include "commands/held_by.h"

namespace bpfmaps {

using output::Value;

HeldBy::HeldBy(const cli::Request& request, kernel::Noun noun, Context& context)
    : HeldBy(request.has(cli::Option::pids), noun, context) {}

HeldBy::HeldBy(bool asked, kernel::Noun noun, Context& context)
    : asked_(asked), is_table_(context.style.form == output::Form::table) {
  if (!asked_) return;
  holders_ = kernel::all_holders(noun);
  if (holders_.closed != 0)
    context.remark("pids: " + std::to_string(holders_.closed) +
                   " processes may not be looked into; that takes CAP_SYS_PTRACE");
}

void HeldBy::add_to(output::Record& record, std::uint32_t id) const {
  if (!asked_) return;
  Value::List list;
  if (const auto found = holders_.of.find(id); found != holders_.of.end())
    for (const kernel::Holder& holder : found->second) {
      if (is_table_)
        list.emplace_back(holder.name + "(" + std::to_string(holder.pid) + ")");
      else
        list.emplace_back(Value::Members{{"pid", holder.pid}, {"comm", holder.name}});
    }
  record.add("pids", std::move(list));
}

void HeldBy::add_to(std::vector<output::Column>& columns) const {
  if (asked_) columns.push_back({"pids", "pids"});
}

}  // namespace bpfmaps
