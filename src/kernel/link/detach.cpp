// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "kernel/link/attach.h"
#include "kernel/link/attach_errors.h"
#include "kernel/link/link_change.h"

namespace bpfmaps::kernel {
namespace {

/// Detaches what no link holds. EBUSY or ENOENT where one does.
Status detach_plainly(const Prog& prog, const AttachTarget& target) {
  if (target.hook.attach_type == BPF_XDP) {
    for (const XdpAttached& one : TRY(xdp_attached(target.interface)))
      if (one.prog_id == prog.info().id) return detach_xdp(prog, target.interface, one.mode);
    return fail(not_attached(prog, target));
  }
  const bool is_there = std::ranges::count(TRY(programs_at(target)), prog.info().id) != 0;
  if (is_there && target.hook.of == Hook::Of::tc) {
    for (const TcFilter& filter : TRY(filters_at(target)))
      if (filter.prog_id == prog.info().id) TRY(remove_filter(filter));
    return {};
  }
  // A cgroup that takes one program only gives up that one, whichever is named.
  const auto type = static_cast<bpf_attach_type>(target.hook.attach_type);
  // A network namespace is the caller's own, and refuses to be named (netns_bpf_prog_detach()).
  const int where = target.hook.of == Hook::Of::network ? 0 : target.target();
  if (is_there && bpf_prog_detach2(prog.fd(), where, type) == 0) return {};
  const int code = is_there ? errno : ENOENT;
  return fail(Error::from_errno(code, "detach program", target.where));
}

/// Whether there is nothing to detach by other means than a link. EBUSY: a link holds XDP.
bool says_not_there(const Error& error) {
  return error.kind == Kind::not_found || error.code == EBUSY || error.code == EINVAL ||
         error.code == EOPNOTSUPP;
}

}  // namespace

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
