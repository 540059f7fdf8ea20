// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/attach.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>

#include "kernel/link/link_change.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

using Of = Hook::Of;

std::string program(std::uint32_t id) { return "program " + std::to_string(id); }

/// "program 7 (native), program 9 (offload)" of XDP; "program 7, program 9" elsewhere.
std::string attached_text(const AttachTarget& target) {
  std::string text;
  const auto add = [&text](const std::string& one) {
    text.append(text.empty() ? "" : ", ").append(one);
  };
  if (target.hook.attach_type == BPF_XDP) {
    if (const auto attached = xdp_attached(target.interface))
      for (const XdpAttached& one : *attached)
        add(program(one.prog_id) + " (" + std::string(xdp_mode_name(one.mode)) + ")");
  } else {
    if (const auto ids = programs_at(target))
      for (const std::uint32_t id : *ids) add(program(id));
  }
  return text;
}

/// Whether the running kernel has never heard of the hook, which it says with the same errno as all
/// else that is wrong.
bool is_unknown(const AttachTarget& target) {
  if (target.hook.of != Of::interface || target.hook.attach_type == BPF_XDP) return false;
  std::uint32_t count = 0;
  const auto type = static_cast<bpf_attach_type>(target.hook.attach_type);
  return bpf_prog_query(target.target(), type, 0, nullptr, nullptr, &count) != 0 && errno == EINVAL;
}

Error explain_attach(int code, const Prog& prog, const AttachTarget& target, XdpMode mode) {
  Error error = Error::from_errno(code, "attach program", target.where);
  const bool is_xdp = target.hook.attach_type == BPF_XDP;
  const std::string attached = attached_text(target);
  // EBUSY: what holds this XDP mode or this hook is alone there; EEXIST: generic and native XDP
  // exclude each other, and a program is on a hook of tcx once only. A cgroup to which something
  // was attached by other means than a link answers EPERM.
  const bool full =
      code == EBUSY || code == EEXIST || (code == EPERM && target.hook.of == Of::cgroup);
  if (full && !attached.empty()) {
    error.kind = Kind::exists;
    error.context = "attached already: " + attached;
    if (const auto ids = programs_at(target); is_xdp && ids && !ids->empty()) {
      const std::string id = std::to_string(ids->front());
      error.hint = "`old id " + id + "` takes its place; `bpfmaps prog detach id " + id +
                   " xdp dev " + target.where + "` detaches it";
    }
  } else if (code == EOPNOTSUPP && is_xdp) {
    error.context = "the interface does not support that mode of XDP";
    error.hint = "every interface supports `mode generic`";
  } else if (code == ENOENT && target.hook.of == Of::raw_tracepoint) {
    error.context = "the running kernel has no such tracepoint";
  } else if (code == EPERM) {
    error.context = "the kernel asks for CAP_BPF and CAP_NET_ADMIN, or CAP_PERFMON for tracing";
  } else if (code == EINVAL && is_unknown(target)) {
    error.kind = Kind::unsupported;
    error.context = "the running kernel has no hook " + target.hook.name;
    error.hint = "tcx came with Linux 6.6, netkit with 6.7";
  } else if (code == EINVAL && is_xdp && prog.info().type == BPF_PROG_TYPE_XDP) {
    error.kind = Kind::invalid;
    error.context = mode == XdpMode::offload
                        ? program(prog.info().id) + " was not loaded for the card of this interface"
                        : program(prog.info().id) + " was loaded for a devmap, a cpumap or a card";
  } else if (code == EINVAL) {
    error.kind = Kind::invalid;
    error.context = program(prog.info().id) + " of type " + prog_type_name(prog.info().type) +
                    " was not loaded for " +
                    (target.hook.name.empty() ? "one place" : target.hook.name);
  }
  return error;
}

Error not_attached(const Prog& prog, const AttachTarget& target) {
  const std::string others = attached_text(target);
  return Error::refused(Kind::not_found, "detach program", target.where,
                        program(prog.info().id) + " is not attached there" +
                            (others.empty() ? "" : ", but " + others));
}

/// The descriptor of a new link, or -1 and errno.
int create_link(const Prog& prog, const AttachTarget& target, XdpMode mode) {
  const int fd = prog.fd();
  if (target.hook.of == Of::raw_tracepoint)
    return bpf_raw_tracepoint_open(target.where.c_str(), fd);
  if (target.hook.of == Of::loaded) {
    // An iterator takes this call alone, every other program the other one.
    const int link = bpf_link_create(fd, 0, BPF_TRACE_ITER, nullptr);
    return link < 0 && errno == EINVAL ? bpf_raw_tracepoint_open(nullptr, fd) : link;
  }
  bpf_link_create_opts options{};
  options.sz = sizeof options;
  options.flags = xdp_flag(mode);
  return bpf_link_create(fd, target.target(), static_cast<bpf_attach_type>(target.hook.attach_type),
                         &options);
}

/// Detaches what no link holds. EBUSY or ENOENT where one does.
Status detach_plainly(const Prog& prog, const AttachTarget& target) {
  if (target.hook.attach_type == BPF_XDP) {
    for (const XdpAttached& one : TRY(xdp_attached(target.interface)))
      if (one.prog_id == prog.info().id) return detach_xdp(prog, target.interface, one.mode);
    return fail(not_attached(prog, target));
  }
  // A cgroup that takes one program only gives up that one, whichever is named.
  const auto type = static_cast<bpf_attach_type>(target.hook.attach_type);
  const bool is_there = std::ranges::count(TRY(programs_at(target)), prog.info().id) != 0;
  // A network namespace is the caller's own, and refuses to be named (netns_bpf_prog_detach()).
  const int fd = target.hook.of == Of::network ? 0 : target.target();
  if (is_there && bpf_prog_detach2(prog.fd(), fd, type) == 0) return {};
  const int code = is_there ? errno : ENOENT;
  return fail(Error::from_errno(code, "detach program", target.where));
}

/// Whether there is nothing to detach by other means than a link. EBUSY: a link holds XDP.
bool says_not_there(const Error& error) {
  return error.kind == Kind::not_found || error.code == EBUSY || error.code == EINVAL ||
         error.code == EOPNOTSUPP;
}

}  // namespace

Result<std::optional<Link>> attach(const Prog& prog, const AttachTarget& target, XdpMode mode) {
  Fd fd(create_link(prog, target, mode));
  int code = errno;
  if (fd) return TRY(adopt_link(std::move(fd), target.where));
  if (code == EINVAL && target.hook.of == Of::sockets) {
    const auto type = static_cast<bpf_attach_type>(target.hook.attach_type);
    if (bpf_prog_attach(prog.fd(), target.target(), type, 0) == 0) return std::nullopt;
    code = errno;
  }
  return fail(explain_attach(code, prog, target, mode));
}

Result<std::optional<Link>> replace(const Prog& old, const Prog& prog, const AttachTarget& target) {
  for (Link& link : TRY(links_at(target, old))) {
    TRY(update_link(link, prog, &old, target.where));
    link.holds(prog.info().id);
    return std::move(link);
  }
  if (target.hook.attach_type == BPF_XDP) {
    for (const XdpAttached& one : TRY(xdp_attached(target.interface))) {
      if (one.prog_id != old.info().id) continue;
      TRY(replace_xdp(old, prog, target.interface, one.mode));
      return std::nullopt;
    }
  }
  return fail(not_attached(old, target));
}

Result<std::vector<Detached>> detach(const Prog& prog, const AttachTarget& target) {
  const Status plainly = detach_plainly(prog, target);
  std::vector<Detached> detached;
  if (plainly) return detached;
  auto links = links_at(target, prog);
  if (!links && links.error().kind == Kind::permission)
    links.error().hint = "name the link by its pin: `bpfmaps link detach PATH` needs no capability";
  for (const Link& link : TRY(std::move(links)))
    detached.push_back(
        {link.info().id, detach_link(link, "link id " + std::to_string(link.info().id))});
  if (!detached.empty()) return detached;
  return fail(says_not_there(plainly.error()) ? not_attached(prog, target) : plainly.error());
}

}  // namespace bpfmaps::kernel
