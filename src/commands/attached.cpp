// SPDX-License-Identifier: BSD-2-Clause
#include "commands/attached.h"

#include <algorithm>

#include "commands/describe.h"
#include "kernel/names.h"
#include "kernel/net.h"

namespace bpfmaps {

using output::Value;

namespace {

void add_mode(Value::Members& place, const std::string& mode) {
  if (!mode.empty()) place.push_back({"mode", mode});
}

}  // namespace

Result<Value::List> attached(std::uint32_t prog_id) {
  std::vector<kernel::NetAttachment> on_interfaces = TRY(kernel::net_attachments());
  std::erase_if(on_interfaces, [&](const auto& one) { return one.prog_id != prog_id; });

  Value::List places;
  TRY(kernel::for_each_link([&](const kernel::Link& link) {
    if (link.info().prog_id != prog_id) return;
    const std::string type = kernel::link_type_name(link.info().type);
    const kernel::Facts facts = kernel::link_facts(link);
    Value::Members place = {{"link_id", link.info().id}, {"type", type}};
    std::ranges::move(members_of(facts), std::back_inserter(place));
    // The network tells of what links hold there, too.
    const auto same = std::ranges::find_if(
        on_interfaces, [&](const auto& one) { return one.type == type && one.where() == facts; });
    if (same != on_interfaces.end()) {
      add_mode(place, same->mode);
      on_interfaces.erase(same);
    }
    places.emplace_back(std::move(place));
  }));
  for (const kernel::NetAttachment& one : on_interfaces) {
    Value::Members place = {{"type", one.type}};
    std::ranges::move(members_of(one.where()), std::back_inserter(place));
    add_mode(place, one.mode);
    places.emplace_back(std::move(place));
  }
  return places;
}

}  // namespace bpfmaps
