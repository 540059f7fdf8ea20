// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/attachment_sources.h"

#include <fcntl.h>
#include <linux/bpf.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "base/fd.h"
#include "kernel/cgroup.h"
#include "kernel/link/cgroup_progs.h"
#include "kernel/link/hook.h"
#include "kernel/link/net.h"
#include "kernel/link/netns.h"
#include "kernel/link/perf_fds.h"
#include "kernel/link/prog_query.h"
#include "kernel/link/tc.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/map_refs.h"
#include "kernel/map/struct_ops.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

using Types = std::initializer_list<std::uint32_t>;

constexpr Types kOnInterfaces = {BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_SCHED_CLS,
                                 BPF_PROG_TYPE_SCHED_ACT, BPF_PROG_TYPE_FLOW_DISSECTOR};
constexpr Types kOnSockets = {BPF_PROG_TYPE_SK_MSG, BPF_PROG_TYPE_SK_SKB};
constexpr Types kOnPerfEvents = {BPF_PROG_TYPE_KPROBE, BPF_PROG_TYPE_TRACEPOINT,
                                 BPF_PROG_TYPE_PERF_EVENT};

bool any_of(const std::set<std::uint32_t>& wanted, Types types) {
  return std::ranges::any_of(types, [&](std::uint32_t type) { return wanted.contains(type); });
}

void unseen_for(const Sources& sources, Types types, const std::string& what) {
  for (const std::uint32_t type : types) sources.unseen(type, what);
}

/// The type of program that runs at a cgroup's hook; nothing where the hook is newer than this.
std::optional<std::uint32_t> prog_type_at(std::string_view hook) {
  constexpr std::pair<std::string_view, std::uint32_t> kEnds[] = {
      {"gress", BPF_PROG_TYPE_CGROUP_SKB},         {"sock_create", BPF_PROG_TYPE_CGROUP_SOCK},
      {"sock_release", BPF_PROG_TYPE_CGROUP_SOCK}, {"post_bind", BPF_PROG_TYPE_CGROUP_SOCK},
      {"sock_ops", BPF_PROG_TYPE_SOCK_OPS},        {"device", BPF_PROG_TYPE_CGROUP_DEVICE},
      {"sysctl", BPF_PROG_TYPE_CGROUP_SYSCTL},     {"sockopt", BPF_PROG_TYPE_CGROUP_SOCKOPT},
      {"lsm_cgroup", BPF_PROG_TYPE_LSM},           {"bind", BPF_PROG_TYPE_CGROUP_SOCK_ADDR},
      {"connect", BPF_PROG_TYPE_CGROUP_SOCK_ADDR}, {"name", BPF_PROG_TYPE_CGROUP_SOCK_ADDR},
      {"msg", BPF_PROG_TYPE_CGROUP_SOCK_ADDR}};
  for (const auto& [end, type] : kEnds)
    if (hook.ends_with(end)) return type;
  return std::nullopt;
}

/// What runs on the interfaces of the network namespace that the calling thread is in.
Status find_in_network(const Sources& sources, const Facts& whose) {
  for (NetAttachment& one : TRY(packet_path())) {
    Attachment place{
        .prog_id = one.prog_id, .link_id = one.link_id, .type = one.type, .where = one.where()};
    if (!one.mode.empty()) place.where.push_back({"mode", one.mode});
    place.where.insert(place.where.end(), whose.begin(), whose.end());
    sources.found(std::move(place));
  }
  for (const TcAction& action : TRY(tc_actions())) {
    Attachment place{
        .prog_id = action.prog_id, .type = "tc_action", .where = {{"index", action.index}}};
    place.where.insert(place.where.end(), whose.begin(), whose.end());
    sources.found(std::move(place));
  }
  return {};
}

void find_dissector(const Sources& sources, const std::string& path, std::uint32_t inode,
                    const Facts& whose) {
  const Fd network(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int refused = errno;
  const auto miss = [&](const Error& error) {
    sources.unseen(BPF_PROG_TYPE_FLOW_DISSECTOR,
                   "network namespace " + path + " (" + error.message() + ")");
  };
  // A process that has ended is in none.
  if (!network && (refused == ENOENT || refused == ESRCH)) return;
  if (!network) return miss(Error::from_errno(refused, "open", path));
  const auto queried = query_progs(network.get(), BPF_FLOW_DISSECTOR);
  if (!queried && queried.error().kind != Kind::unsupported) miss(queried.error());
  if (!queried) return;
  for (const QueriedProg& prog : queried->progs) {
    Facts where = {{"netns_ino", __u32{inode}}, {"attach_type", "flow_dissector"}};
    // `whose` begins with the number, which links of this type tell, too.
    if (!whose.empty()) where.insert(where.end(), whose.begin() + 1, whose.end());
    sources.found({.prog_id = prog.id, .type = "netns", .where = std::move(where)});
  }
}

}  // namespace

void find_on_interfaces(const Sources& sources) {
  if (!any_of(sources.types, kOnInterfaces)) return;
  if (const Status looked = find_in_network(sources, {}); !looked)
    unseen_for(sources, kOnInterfaces, "interfaces (" + looked.error().message() + ")");
  find_dissector(sources, "/proc/self/ns/net", own_network_namespace(), {});
  const NetworkNamespaces networks = other_network_namespaces();
  if (networks.gap)
    unseen_for(sources, kOnInterfaces,
               "other network namespaces (" + networks.gap->message() + ")");
  std::size_t closed = 0;
  std::string why = "not permitted";
  for (const NetworkNamespace& other : networks.others) {
    const Facts whose = {{"netns_ino", __u32{other.inode}}, {"netns", other.path}};
    const Status looked = look_into(other, [&] { return find_in_network(sources, whose); });
    if (!looked && closed++ == 0) why = looked.error().message();
    find_dissector(sources, other.path, other.inode, whose);
  }
  closed += networks.closed;
  if (closed != 0)
    unseen_for(sources, kOnInterfaces,
               std::to_string(closed) + " other network namespaces (" + why + ")");
}

void find_in_cgroups(const Sources& sources) {
  std::vector<std::uint32_t> hooks;
  std::set<std::uint32_t> types;
  for (const std::uint32_t hook : cgroup_attach_types()) {
    const auto type = prog_type_at(attach_type_name(hook));
    if (type && !sources.types.contains(*type)) continue;
    hooks.push_back(hook);
    if (type) types.insert(*type);
  }
  if (types.empty()) return;
  const auto unseen = [&](const std::string& what) {
    for (const std::uint32_t type : types) sources.unseen(type, what);
  };
  if (cgroup_root().empty()) return unseen("cgroups (no cgroup2 file system is mounted)");
  const auto unread =
      walk_cgroups(cgroup_root(), CgroupDepth::all, hooks, false,
                   [&](const std::string&, std::uint64_t, const std::vector<CgroupProg>& progs) {
                     for (const CgroupProg& one : progs)
                       sources.found({.prog_id = one.prog_id,
                                      .type = "cgroup",
                                      .where = {{"cgroup_id", __u64{one.cgroup_id}},
                                                {"attach_type", attach_type_name(one.attach_type)},
                                                {"cgroup", one.cgroup},
                                                {"attach_flags", cgroup_flags_name(one.flags)}}});
                   });
  if (!unread)
    unseen("cgroups (" + unread.error().message() + ")");
  else if (!unread->empty())
    unseen("cgroups below " + unread->front() + " (not permitted)");
  if (!sees_all_cgroups()) unseen("cgroups outside of this cgroup namespace");
}

void find_on_sockets(const Sources& sources) {
  if (!any_of(sources.types, kOnSockets)) return;
  constexpr std::uint32_t kHooks[] = {BPF_SK_SKB_STREAM_PARSER, BPF_SK_SKB_STREAM_VERDICT,
                                      BPF_SK_MSG_VERDICT, BPF_SK_SKB_VERDICT};
  bool may_ask = true;
  const Status listed = for_each_map(Access::read, [&](const Map& map) {
    if (!kind_of(map.info().type).attaches) return;
    for (const std::uint32_t hook : kHooks) {
      const auto queried = query_progs(map.fd(), hook);
      if (!queried) {
        may_ask = may_ask && queried.error().code != EINVAL;
        continue;
      }
      for (const QueriedProg& prog : queried->progs)
        sources.found(
            {.prog_id = prog.id,
             .type = "sockmap",
             .where = {{"map_id", map.info().id}, {"attach_type", attach_type_name(hook)}}});
    }
  });
  if (!listed)
    unseen_for(sources, kOnSockets, "maps of sockets (" + listed.error().message() + ")");
  else if (!may_ask)
    unseen_for(sources, kOnSockets, "maps of sockets (the kernel does not tell before Linux 5.17)");
}

void find_in_struct_ops(const Sources& sources,
                        const std::map<std::uint32_t, std::uint32_t>& links) {
  if (!any_of(sources.types, {BPF_PROG_TYPE_STRUCT_OPS})) return;
  const Status listed = for_each_map(Access::read, [&](const Map& map) {
    if (kind_of(map.info().type).holds != Holds::callbacks) return;
    const auto ops = struct_ops_of(map);
    if (!ops)
      return sources.unseen(BPF_PROG_TYPE_STRUCT_OPS, "map " + std::to_string(map.info().id) +
                                                          " (" + ops.error().message() + ")");
    const auto link = links.find(map.info().id);
    if (link == links.end() && ops->state != "in_use") return;
    for (const Callback& callback : ops->callbacks)
      sources.found({.prog_id = callback.prog_id,
                     .link_id = link == links.end() ? 0 : link->second,
                     .type = "struct_ops",
                     .where = {{"map_id", map.info().id},
                               {"map_name", map.info().name},
                               {"struct", ops->type},
                               {"member", callback.member}}});
  });
  if (!listed)
    sources.unseen(BPF_PROG_TYPE_STRUCT_OPS, "struct_ops maps (" + listed.error().message() + ")");
}

void find_in_maps(const Sources& sources) {
  struct Calls {
    MapInfo map = {};
    std::uint32_t first = 0;
    std::uint32_t entries = 0;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Calls> calls;  // by program and map
  const auto unread = for_each_map_ref([&](const MapRef& ref) {
    if (ref.noun != Noun::prog) return;
    Calls& of_map = calls[{ref.id, ref.map.id}];
    if (of_map.entries++ == 0) of_map.map = ref.map, of_map.first = ref.key;
  });
  for (const auto& [who, call] : calls)
    sources.found({.prog_id = who.first,
                   .type = map_type_name(call.map.type),
                   .where = {{"map_id", call.map.id},
                             {"map_name", call.map.name},
                             {"key", call.first},
                             {"entries", call.entries}}});
  if (!unread)
    sources.unseen(0, "maps that call programs (" + unread.error().message() + ")");
  else if (!unread->empty())
    sources.unseen(0, "entries of " + std::to_string(unread->size()) +
                          " maps that may call programs (cannot be read)");
}

void find_on_perf_events(const Sources& sources) {
  auto events = perf_attachments();
  if (!events)
    return unseen_for(sources, kOnPerfEvents, "perf events (" + events.error().message() + ")");
  for (Attachment& one : events->found) sources.found(std::move(one));
  for (const std::string& holder : events->untold)
    sources.unseen(BPF_PROG_TYPE_PERF_EVENT,
                   "perf events of " + holder + " (the kernel does not tell)");
  if (events->closed != 0)
    unseen_for(sources, kOnPerfEvents,
               "perf events of " + std::to_string(events->closed) + " processes (not permitted)");
}

bool is_on_perf_events(std::uint32_t prog_type) {
  return std::ranges::find(kOnPerfEvents, prog_type) != kOnPerfEvents.end();
}

}  // namespace bpfmaps::kernel
