// SPDX-License-Identifier: BSD-2-Clause
#include "commands/prog_fields.h"

#include <algorithm>
#include <iterator>

namespace bpfmaps::commands {

using kernel::Noun;
using output::Value;

void ProgFields::add_to(output::Record& record, std::uint32_t prog_id, std::uint32_t link_id) {
  const auto [name, added] = known_.try_emplace(prog_id);
  if (added)
    if (const auto prog = kernel::prog_by_id(prog_id)) name->second = names_.full_name(*prog);
  record.add("prog_id", prog_id);
  if (!name->second.empty()) record.add("prog_name", name->second);
  if (link_id != 0) record.add("link_id", link_id);
  Value::List pinned;
  for (const auto& object : {std::pair(Noun::prog, prog_id), std::pair(Noun::link, link_id)})
    if (const auto paths = pins_.find(object); paths != pins_.end())
      std::ranges::copy(paths->second, std::back_inserter(pinned));
  record.add("pinned", std::move(pinned));
}

}  // namespace bpfmaps::commands
