// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/prog_fields.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include "commands/shared/describe.h"

namespace bpfmaps::commands {

using kernel::Noun;
using output::Value;

void ProgFields::add_to(output::Record& record, std::uint32_t prog_id, std::uint32_t link_id) {
  const auto [known, added] = known_.try_emplace(prog_id);
  kernel::ProgName& name = known->second;
  if (added) {
    if (const auto prog = kernel::prog_by_id(prog_id))
      name = names_.full_name(*prog);
    else if (prog.error().kind != Kind::not_found)
      name.cut = prog.error();
  }
  record.add("prog_id", prog_id);
  if (!name.text.empty()) record.add("prog_name", name.text);
  if (name.cut) record.unknown("prog_name", name.cut->message());
  if (link_id != 0) record.add("link_id", link_id);
  Value::List pinned;
  for (const auto& [noun, id] : {std::pair(Noun::prog, prog_id), std::pair(Noun::link, link_id)})
    std::ranges::copy(pins_.of(noun, id), std::back_inserter(pinned));
  add_pins(record, std::move(pinned), pins_);
}

}  // namespace bpfmaps::commands
