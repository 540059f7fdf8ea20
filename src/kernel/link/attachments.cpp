// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/attachments.h"

#include <linux/bpf.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "kernel/handle.h"
#include "kernel/link/attachment_sources.h"
#include "kernel/link/link_info.h"
#include "kernel/link/link_layout.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

/// What runs programs of a type and keeps no list that can be asked for.
constexpr std::pair<std::uint32_t, std::string_view> kUntold[] = {
    {BPF_PROG_TYPE_SOCKET_FILTER, "sockets (the kernel does not tell)"},
    {BPF_PROG_TYPE_SK_REUSEPORT, "sockets (the kernel does not tell)"},
    {BPF_PROG_TYPE_LWT_IN, "routes (the kernel does not tell)"},
    {BPF_PROG_TYPE_LWT_OUT, "routes (the kernel does not tell)"},
    {BPF_PROG_TYPE_LWT_XMIT, "routes (the kernel does not tell)"},
    {BPF_PROG_TYPE_LWT_SEG6LOCAL, "routes (not looked at)"},
    {BPF_PROG_TYPE_LIRC_MODE2, "infrared devices (not looked at)"},
};

bool holds_all(const Facts& all, const Facts& wanted) {
  return std::ranges::all_of(
      wanted, [&all](const Fact& fact) { return std::ranges::count(all, fact) != 0; });
}

}  // namespace

/// Gathers what the sources tell: first all that runs, whoever holds it there, then the links, each
/// of which takes its own place out of that.
class AttachmentFinder {
 public:
  AttachmentFinder(const Attachments::Progs& progs, bool callers)
      : progs_(progs), callers_(callers) {}

  Attachments find() {
    for (const auto& [id, type] : progs_) types_.insert(type);
    Sources sources{
        .types = types_,
        .found = [this](Attachment one) { add(std::move(one)); },
        .unseen = [this](std::uint32_t type,
                         std::string what) { all_.unseen_[type].push_back(std::move(what)); }};
    find_on_interfaces(sources);
    find_in_cgroups(sources);
    find_on_sockets(sources);
    add_links();
    find_in_struct_ops(sources, struct_ops_links_);
    if (callers_) find_in_maps(sources);
    for (Attachment& one : std::exchange(loose_, {})) keep(std::move(one));
    if (has_tracing_left()) find_on_perf_events(sources);
    // A process that made a link holds the event, too.
    std::erase_if(loose_, [this](const auto& one) { return all_.places_.contains(one.prog_id); });
    for (Attachment& one : std::exchange(loose_, {})) keep(std::move(one));
    return std::move(all_);
  }

 private:
  void add(Attachment one) {
    if (progs_.contains(one.prog_id)) loose_.push_back(std::move(one));
  }
  void keep(Attachment one) { all_.places_[one.prog_id].push_back(std::move(one)); }

  void add_links() {
    const Status listed = for_each_link([this](const Link& link) {
      const bpf_link_info& info = link.info();
      if (info.type == BPF_LINK_TYPE_STRUCT_OPS) {
        const auto facts = link_facts(link);
        if (!facts) return unseen(facts.error());
        for (const Fact& fact : *facts)
          if (fact.name == "map_id") struct_ops_links_[std::get<__u32>(fact.value)] = info.id;
        return;
      }
      if (progs_.contains(info.prog_id)) add(link);
    });
    if (!listed) all_.unseen_[0].push_back("links (" + listed.error().message() + ")");
  }

  /// The place of a link. What the kernel tells of it by other means is more than the link does.
  void add(const Link& link) {
    const auto detached = is_detached(link);
    auto facts = link_facts(link, Interfaces::unnamed);
    if (!detached || !facts) return unseen(detached ? facts.error() : detached.error());
    if (*detached) return;
    Attachment place{.prog_id = link.info().prog_id,
                     .link_id = link.info().id,
                     .type = link_type_name(link.info().type),
                     .where = *std::move(facts)};
    const auto same = std::ranges::find_if(loose_, [&place](const Attachment& one) {
      return one.prog_id == place.prog_id && one.type == place.type &&
             (one.link_id == place.link_id ||
              (one.link_id == 0 && holds_all(one.where, place.where)));
    });
    if (same != loose_.end()) {
      place.where = std::move(same->where);
      loose_.erase(same);
    }
    keep(std::move(place));
  }

  void unseen(const Error& error) {
    all_.unseen_[0].push_back(error.subject + " (" + error.message() + ")");
  }

  bool has_tracing_left() const {
    return std::ranges::any_of(progs_, [this](const auto& prog) {
      return is_on_perf_events(prog.second) && !all_.places_.contains(prog.first);
    });
  }

  const Attachments::Progs& progs_;
  const bool callers_;
  std::set<std::uint32_t> types_;
  std::vector<Attachment> loose_;  // running, and not yet known to be held by a link
  std::map<std::uint32_t, std::uint32_t> struct_ops_links_;  // by the id of the map
  Attachments all_;
};

Attachments Attachments::find(const Progs& progs, bool callers) {
  return AttachmentFinder(progs, callers).find();
}

const std::vector<Attachment>& Attachments::of(std::uint32_t prog_id) const {
  static const std::vector<Attachment> kNowhere;
  const auto found = places_.find(prog_id);
  return found == places_.end() ? kNowhere : found->second;
}

std::vector<std::string> Attachments::unseen(std::uint32_t prog_type) const {
  std::vector<std::string> reasons;
  for (const std::uint32_t type : {0U, prog_type})
    if (const auto found = unseen_.find(type); found != unseen_.end())
      std::ranges::copy(found->second, std::back_inserter(reasons));
  for (const auto& [type, what] : kUntold)
    if (type == prog_type) reasons.emplace_back(what);
  return reasons;
}

}  // namespace bpfmaps::kernel
