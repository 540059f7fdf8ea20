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

std::string text_of(const Value::Members& place, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    for (const output::Field& field : place)
      if (field.name == name) return output::cell_text(field.value, {});
  return {};
}

}  // namespace

Result<Attachments> attachments(std::uint32_t only) {
  const auto wanted = [only](std::uint32_t id) { return only == 0 || id == only; };
  std::vector<kernel::NetAttachment> on_interfaces = TRY(kernel::net_attachments());
  std::erase_if(on_interfaces, [&](const auto& one) { return !wanted(one.prog_id); });

  Attachments places;
  TRY(kernel::for_each_link([&](const kernel::Link& link) {
    const std::uint32_t prog_id = link.info().prog_id;
    if (prog_id == 0 || !wanted(prog_id) || kernel::is_detached(link)) return;
    const std::string type = kernel::link_type_name(link.info().type);
    const kernel::Facts facts = kernel::link_facts(link);
    Value::Members place = {{"link_id", link.info().id}, {"type", type}};
    std::ranges::move(members_of(facts), std::back_inserter(place));
    // The network tells of what links hold there, too.
    const auto same = std::ranges::find_if(on_interfaces, [&](const auto& one) {
      return one.prog_id == prog_id && one.type == type && one.where() == facts;
    });
    if (same != on_interfaces.end()) {
      add_mode(place, same->mode);
      on_interfaces.erase(same);
    }
    places[prog_id].emplace_back(std::move(place));
  }));
  for (const kernel::NetAttachment& one : on_interfaces) {
    Value::Members place = {{"type", one.type}};
    std::ranges::move(members_of(one.where()), std::back_inserter(place));
    add_mode(place, one.mode);
    places[one.prog_id].emplace_back(std::move(place));
  }
  return places;
}

Value::List in_short(const Value::List& places) {
  Value::List texts;
  for (const Value& one : places) {
    const auto& place = std::get<Value::Members>(one.data());
    std::string text = text_of(place, {"attach_type", "type"});
    const std::string where = text_of(place, {"devname", "ifindex", "tp_name", "tracepoint", "func",
                                              "path", "target_name", "cgroup_id", "map_id"});
    if (!where.empty()) text.append(" ").append(where);
    texts.emplace_back(std::move(text));
  }
  return texts;
}

}  // namespace bpfmaps
