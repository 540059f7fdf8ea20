// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/users.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "kernel/link_info.h"
#include "kernel/link_layout.h"
#include "kernel/map_kind.h"
#include "kernel/names.h"
#include "kernel/net.h"
#include "kernel/prog_name.h"
#include "kernel/reader.h"

namespace bpfmaps::kernel {
namespace {

/// The map that a link works on; 0 for most. Facts of other types cost more than this is worth.
std::uint32_t map_of(const Link& link) {
  switch (link.info().type) {
    case BPF_LINK_TYPE_STRUCT_OPS:
    case BPF_LINK_TYPE_ITER:
    case kLinkSockmap: break;
    default: return 0;
  }
  for (const Fact& fact : link_facts(link))
    if (const auto* id = std::get_if<__u32>(&fact.value); id != nullptr && fact.name == "map_id")
      return *id;
  return 0;
}

/// Where the values of such a map hold an id, and of what.
struct Held {
  Noun noun;
  std::size_t offset;
};
std::optional<Held> held_in(const MapInfo& info) {
  switch (kind_of(info.type).holds) {
    case Holds::maps: return Held{Noun::map, 0};
    case Holds::programs: return Held{Noun::prog, 0};
    case Holds::devices:  // struct bpf_devmap_val and bpf_cpumap_val, where values are that long
    case Holds::cpus:
      if (info.value_size >= 8) return Held{Noun::prog, 4};
      return std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace

Result<Users> Users::find() {
  Users users;
  TRY(users.add_programs());
  TRY(users.add_links());
  TRY(users.add_maps());
  TRY(users.add_interfaces());
  return users;
}

std::span<const User> Users::of(Noun noun, std::uint32_t id) const {
  const auto found = users_.find({noun, id});
  return found == users_.end() ? std::span<const User>() : found->second;
}

Status Users::add_programs() {
  ProgNames names;
  return for_each_prog([&](const Prog& prog) {
    if (prog.info().map_ids.empty()) return;
    const User user{"prog", prog.info().id, prog_type_name(prog.info().type),
                    names.full_name(prog)};
    for (const std::uint32_t map : prog.info().map_ids) add(Noun::map, map, user);
  });
}

Status Users::add_links() {
  return for_each_link([&](const Link& link) {
    const User user{"link", link.info().id, link_type_name(link.info().type)};
    add(Noun::prog, link.info().prog_id, user);
    add(Noun::map, map_of(link), user);
    if (kernel::is_detached(link)) detached_.insert(link.info().id);
  });
}

Status Users::add_maps() {
  return for_each_map(Access::read, [&](const Map& map) {
    const auto held = held_in(map.info());
    if (!held) return;
    const User user{"map", map.info().id, map_type_name(map.info().type), map.info().name};
    const auto reader = open_reader(map);
    if (!reader) return;
    // A map that changes too much to be read whole has been seen as far as it goes.
    for (auto entries = (*reader)->next(); entries && entries->count != 0;
         entries = (*reader)->next()) {
      for (std::uint32_t i = 0; i < entries->count; ++i) {
        std::uint32_t id = 0;
        std::memcpy(&id, entries->value(i) + held->offset, sizeof id);
        add(held->noun, id, user);
      }
    }
  });
}

Status Users::add_interfaces() {
  for (NetAttachment& one : TRY(net_attachments())) {
    const auto known = of(Noun::prog, one.prog_id);
    // What a link holds there is known by the link.
    const bool by_link = std::ranges::any_of(
        known, [&](const User& user) { return user.kind == "link" && user.type == one.type; });
    if (!by_link)
      add(Noun::prog, one.prog_id, {"interface", one.ifindex, one.type, std::move(one.devname)});
  }
  return {};
}

}  // namespace bpfmaps::kernel
