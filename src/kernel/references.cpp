// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/references.h"

#include <cstdint>
#include <type_traits>
#include <variant>

#include "kernel/link/link_info.h"
#include "kernel/link/link_layout.h"
#include "kernel/map/map_refs.h"
#include "kernel/names.h"
#include "kernel/prog/prog_name.h"

namespace bpfmaps::kernel {
namespace {

/// The map that a link works on; 0 for most. Facts of other types cost more than this is worth.
Result<std::uint32_t> map_of(const Link& link) {
  switch (link.info().type) {
    case BPF_LINK_TYPE_STRUCT_OPS:
    case BPF_LINK_TYPE_ITER:
    case kLinkSockmap: break;
    default: return 0U;
  }
  for (const Fact& fact : TRY(link_facts(link))) {
    if (const auto* id = std::get_if<__u32>(&fact.value); id != nullptr && fact.name == "map_id")
      return *id;
    if (const auto* why = std::get_if<Untold>(&fact.value))
      return fail(Error::refused(Kind::incomplete, "find the map of a link",
                                 "link id " + std::to_string(link.info().id), why->why));
  }
  return 0U;
}

/// Who runs a program at a place where no link holds it.
User user_of(const Attachment& place) {
  User user{.type = place.type};
  const auto take = [&](std::string_view kind, std::string_view id, std::string_view name) {
    user.kind = kind;
    for (const Fact& fact : place.where) {
      if (fact.name == id)
        std::visit(
            [&user](const auto& value) {
              if constexpr (std::is_integral_v<std::decay_t<decltype(value)>>)
                user.id = static_cast<std::uint64_t>(value);
            },
            fact.value);
      if (const auto* text = std::get_if<std::string>(&fact.value); text && fact.name == name)
        user.name = *text;
    }
  };
  if (place.type == "cgroup")
    take("cgroup", "cgroup_id", "cgroup");
  else if (place.type == "netns")
    take("netns", "netns_ino", "netns");
  else if (place.type == "tc_action")
    take("action", "index", "netns");
  else if (place.type == "perf_event")
    take("process", "pid", "comm");
  else if (place.type == "sockmap" || place.type == "struct_ops")
    take("map", "map_id", "map_name");
  else
    take("interface", "ifindex", "devname");
  return user;
}

}  // namespace

Result<References> References::find() {
  References users;
  TRY(users.add_programs());
  TRY(users.add_links());
  TRY(users.add_maps());
  users.add_attachments();
  return users;
}

Result<References> References::of_maps() {
  References users;
  TRY(users.add_programs());
  TRY(users.add_maps());
  return users;
}

std::span<const User> References::of(Noun noun, std::uint32_t id) const {
  const auto found = users_.find({noun, id});
  return found == users_.end() ? std::span<const User>() : found->second;
}

Status References::add_programs() {
  ProgNames names;
  return for_each_prog([&](const Prog& prog) {
    prog_types_[prog.info().id] = prog.info().type;
    if (prog.info().map_ids.empty()) return;
    const User user{"prog", prog.info().id, prog_type_name(prog.info().type),
                    names.full_name(prog).text};
    for (const std::uint32_t map : prog.info().map_ids) add(Noun::map, map, user);
  });
}

Status References::add_links() {
  return for_each_link([&](const Link& link) {
    const User user{"link", link.info().id, link_type_name(link.info().type)};
    add(Noun::prog, link.info().prog_id, user);
    if (const auto map = map_of(link))
      add(Noun::map, *map, user);
    else
      note(map.error());
    const auto detached = kernel::is_detached(link);
    if (!detached) note(detached.error());
    if (detached.value_or(false)) detached_.insert(link.info().id);
  });
}

Status References::add_maps() {
  const auto unread = TRY(for_each_map_ref([this](const MapRef& ref) {
    add(ref.noun, ref.id, {"map", ref.map.id, map_type_name(ref.map.type), ref.map.name});
  }));
  if (!unread.empty())
    note(Error::refused(Kind::incomplete, "read map", "map id " + std::to_string(unread.front()),
                        "it may hold others and cannot be read"));
  return {};
}

void References::add_attachments() {
  attachments_ = Attachments::find(prog_types_, false);
  for (const auto& [prog, places] : attachments_.all())
    for (const Attachment& place : places)
      if (place.link_id == 0) add(Noun::prog, prog, user_of(place));
}

}  // namespace bpfmaps::kernel
