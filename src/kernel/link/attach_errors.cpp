// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/attach_errors.h"

#include <cerrno>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "kernel/link/prog_query.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

using Of = Hook::Of;

std::string program(std::uint32_t id) { return "program " + std::to_string(id); }

/// Whether the running kernel has never heard of the hook, which it says with the same errno as all
/// else that is wrong.
bool is_unknown(const AttachTarget& target) {
  if (target.hook.of != Of::interface || target.hook.attach_type == BPF_XDP) return false;
  const auto queried = query_progs(target.target(), target.hook.attach_type);
  return !queried && queried.error().code == EINVAL;
}

}  // namespace

std::string attached_text(const AttachTarget& target) {
  std::string text;
  const auto add = [&text](const std::string& one) {
    text.append(text.empty() ? "" : ", ").append(one);
  };
  if (target.hook.attach_type == BPF_XDP) {
    if (const auto attached = xdp_attached(target.interface))
      for (const XdpAttached& one : *attached)
        add(program(one.prog_id) + " (" + std::string(xdp_mode_name(one.mode)) + ")");
  } else if (target.hook.of == Of::tc) {
    if (const auto filters = filters_at(target))
      for (const TcFilter& one : *filters)
        add(program(one.prog_id) + " (pref " + std::to_string(one.pref) + " handle " +
            std::to_string(one.handle) + ")");
  } else if (const auto ids = programs_at(target)) {
    for (const std::uint32_t id : *ids) add(program(id));
  }
  return text;
}

Error explain_attach(int code, const Prog& prog, const AttachTarget& target,
                     const Placement& placement) {
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
  } else if (code == EINVAL && is_unknown(target)) {
    error.kind = Kind::unsupported;
    error.context = "the running kernel has no hook " + target.hook.name;
    error.hint = "tcx came with Linux 6.6, netkit with 6.7";
  } else if (code == EINVAL && placement.order != Placement::Order::any) {
    error.kind = Kind::invalid;
    error.context = "the running kernel does not put " + program(prog.info().id) + " there";
    error.hint =
        "an order came to tcx with Linux 6.6, to netkit with 6.7, to cgroups with 6.17; there it "
        "takes a hook that is empty or `multi`";
  } else if (code == EPERM && target.hook.of == Of::cgroup) {
    error.kind = Kind::invalid;
    error.context = "a cgroup above or the one itself has another program there for all below it";
    error.hint = "`bpfmaps cgroup list " + shell_word(target.where) + " --effective` shows it";
  } else if (code == EINVAL && is_xdp && prog.info().type == BPF_PROG_TYPE_XDP) {
    error.kind = Kind::invalid;
    error.context = placement.mode == XdpMode::offload
                        ? program(prog.info().id) + " was not loaded for the card of this interface"
                        : program(prog.info().id) + " was loaded for a devmap, a cpumap or a card";
  } else if (code == EINVAL) {
    error.kind = Kind::invalid;
    error.context = program(prog.info().id) + " of type " + prog_type_name(prog.info().type) +
                    " was not loaded for " +
                    (target.hook.name.empty() ? "one place" : target.hook.name);
  }
  if (code == EPERM && error.context.empty())
    error.context = "the kernel asks for CAP_BPF and CAP_NET_ADMIN, or CAP_PERFMON for tracing";
  return error;
}

Error not_attached(const Prog& prog, const AttachTarget& target) {
  const std::string others = attached_text(target);
  return Error::refused(Kind::not_found, "detach program", target.where,
                        program(prog.info().id) + " is not attached there" +
                            (others.empty() ? "" : ", but " + others));
}

}  // namespace bpfmaps::kernel
