// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/attach.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "kernel/link/attach_errors.h"
#include "kernel/link/bpf_calls.h"
#include "kernel/link/link_change.h"
#include "kernel/link/prog_query.h"

namespace bpfmaps::kernel {
namespace {

using Of = Hook::Of;
using Order = Placement::Order;

std::uint32_t unsigned_fd(int fd) { return static_cast<std::uint32_t>(fd); }

/// How bpf(2) is told the order: flags, and the program or link before or after which it is.
struct Relation {
  std::uint32_t flags = 0, relative = 0;
  std::optional<Link> link = {};  ///< kept open until the call is made
};

/// A program that a link holds is named by that link: the kernel finds it by nothing else in a
/// cgroup.
Result<Relation> relation_of(const Placement& placement, const AttachTarget& target) {
  switch (placement.order) {
    case Order::any: return Relation{};
    case Order::first: return Relation{.flags = kBefore};
    case Order::last: return Relation{.flags = kAfter};
    case Order::before:
    case Order::after: break;
  }
  const Prog& anchor = *placement.anchor;
  if (std::ranges::count(TRY(programs_at(target)), anchor.info().id) == 0)
    return fail(not_attached(anchor, target));
  Relation relation{.flags = placement.order == Order::before ? kBefore : kAfter,
                    .relative = unsigned_fd(anchor.fd())};
  auto links = links_at(target, anchor);
  const bool by_link = links && !links->empty();
  if (target.hook.of == Of::cgroup && by_link != (placement.directly == Placement::Directly::no))
    return fail(Error::refused(
        Kind::invalid, "attach program", target.where,
        std::string("program ") + std::to_string(anchor.info().id) +
            (by_link ? " is held by a link" : " is attached without a link"),
        "a cgroup orders links among links, and programs without one among each other"));
  if (by_link) {
    relation.flags |= kIsLink;
    relation.link = std::move(links->front());
    relation.relative = unsigned_fd(relation.link->fd());
  }
  return relation;
}

/// The descriptor of a new link, or -1 and errno.
int create_link(const Prog& prog, const AttachTarget& target, const Placement& placement,
                const Relation& relation) {
  const int fd = prog.fd();
  if (target.hook.of == Of::raw_tracepoint)
    return bpf_raw_tracepoint_open(target.where.c_str(), fd);
  LinkCreate create{.prog_fd = unsigned_fd(fd)};
  if (target.hook.of == Of::loaded) {
    // An iterator takes this call alone, every other program the other one.
    create.attach_type = BPF_TRACE_ITER;
    const int link = link_create(create);
    return link < 0 && errno == EINVAL ? bpf_raw_tracepoint_open(nullptr, fd) : link;
  }
  create.target = unsigned_fd(target.target());
  create.attach_type = target.hook.attach_type;
  create.flags = xdp_flag(placement.mode) | relation.flags;
  create.order.relative = relation.relative;
  if (target.hook.of == Of::netfilter)
    create.netfilter = {target.netfilter.pf, target.netfilter.hook, target.netfilter.priority, 0};
  return link_create(create);
}

/// By a link for each event. Those made already end where one cannot be.
Result<Attached> attach_to_events(const Prog& prog, const AttachTarget& target) {
  Attached attached;
  for (const Fd& event : target.events) {
    Fd fd(link_create({.prog_fd = unsigned_fd(prog.fd()),
                       .target = unsigned_fd(event.get()),
                       .attach_type = BPF_PERF_EVENT}));
    const int code = errno;
    if (!fd) return fail(explain_attach(code, prog, target, {}));
    attached.links.push_back(TRY(adopt_link(std::move(fd), target.where)));
    enable(event);
  }
  return attached;
}

Result<Attached> attach_filter(const Prog& prog, const AttachTarget& target) {
  const std::uint32_t parent = target.hook.name == "tc_egress" ? kTcEgress : kTcIngress;
  auto filter = add_filter(prog, target.interface, parent, target.tc.pref, target.tc.handle);
  if (filter) return Attached{.where = filter->told_apart_by()};
  if (filter.error().code == EEXIST ||
      (filter.error().code == EINVAL && prog.info().type != BPF_PROG_TYPE_SCHED_CLS))
    return fail(explain_attach(filter.error().code, prog, target, {}));
  return fail(std::move(filter).error());
}

/// To a cgroup without a link.
Result<Attached> attach_directly(const Prog& prog, const AttachTarget& target,
                                 const Placement& placement, const Relation& relation) {
  const bool multi = placement.directly == Placement::Directly::multi;
  const std::uint32_t flags = multi ? BPF_F_ALLOW_MULTI : BPF_F_ALLOW_OVERRIDE;
  if (prog_attach({.target = unsigned_fd(target.target()),
                   .prog_fd = unsigned_fd(prog.fd()),
                   .attach_type = target.hook.attach_type,
                   .flags = flags | relation.flags,
                   .relative = relation.relative}) == 0)
    return Attached{};
  const int code = errno;
  return fail(explain_attach(code, prog, target, placement));
}

/// In the place of `old`, which no link holds there.
Status replace_plainly(const Prog& old, const Prog& prog, const AttachTarget& target) {
  if (target.hook.attach_type == BPF_XDP) {
    for (const XdpAttached& one : TRY(xdp_attached(target.interface)))
      if (one.prog_id == old.info().id) return replace_xdp(old, prog, target.interface, one.mode);
    return fail(not_attached(old, target));
  }
  if (std::ranges::count(TRY(programs_at(target)), old.info().id) == 0)
    return fail(not_attached(old, target));
  if (target.hook.of == Of::tc) {
    for (const TcFilter& filter : TRY(filters_at(target)))
      if (filter.prog_id == old.info().id) TRY(replace_filter(filter, prog));
    return {};
  }
  // Flow dissectors, maps of sockets and cgroups that take one program only put the new one in the
  // place of whatever is there; the others want the old one named.
  const std::uint32_t flags = target.hook.of == Of::cgroup
                                  ? TRY(query_progs(target.target(), target.hook.attach_type)).flags
                                  : 0;
  const bool named = target.hook.of == Of::interface || (flags & BPF_F_ALLOW_MULTI) != 0;
  // A network namespace is the caller's own, and refuses to be named.
  const int where = target.hook.of == Of::network ? 0 : target.target();
  if (prog_attach({.target = unsigned_fd(where),
                   .prog_fd = unsigned_fd(prog.fd()),
                   .attach_type = target.hook.attach_type,
                   .flags = flags | (named ? BPF_F_REPLACE : 0),
                   .replaced_fd = named ? unsigned_fd(old.fd()) : 0}) == 0)
    return {};
  const int code = errno;
  return fail(explain_attach(code, prog, target, {}));
}

}  // namespace

Result<Attached> attach(const Prog& prog, const AttachTarget& target, const Placement& placement) {
  if (target.hook.of == Of::tc) return attach_filter(prog, target);
  if (!target.events.empty()) return attach_to_events(prog, target);
  const Relation relation = TRY(relation_of(placement, target));
  if (placement.directly != Placement::Directly::no)
    return attach_directly(prog, target, placement, relation);
  Fd fd(create_link(prog, target, placement, relation));
  int code = errno;
  Attached attached;
  if (fd) {
    attached.links.push_back(TRY(adopt_link(std::move(fd), target.where)));
    return attached;
  }
  if (code == EINVAL && target.hook.of == Of::sockets) {
    const auto type = static_cast<bpf_attach_type>(target.hook.attach_type);
    if (bpf_prog_attach(prog.fd(), target.target(), type, 0) == 0) return attached;
    code = errno;
  }
  return fail(explain_attach(code, prog, target, placement));
}

Result<Attached> replace(const Prog& old, const Prog& prog, const AttachTarget& target) {
  Attached attached;
  for (Link& link : TRY(links_at(target, old))) {
    TRY(update_link(link, prog, &old, target.where));
    link.holds(prog.info().id);
    attached.links.push_back(std::move(link));
    return attached;
  }
  TRY(replace_plainly(old, prog, target));
  return attached;
}

}  // namespace bpfmaps::kernel
