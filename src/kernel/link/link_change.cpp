// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/link_change.h"

#include <bpf/bpf.h>

#include <cerrno>

#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

std::string program(std::uint32_t id) { return "program " + std::to_string(id); }

/// The program that the link holds now, which may be another one than when it was opened.
std::uint32_t held_by(const Link& link) {
  bpf_link_info info{};
  std::uint32_t size = sizeof info;
  return bpf_obj_get_info_by_fd(link.fd(), &info, &size) == 0 ? info.prog_id : 0;
}

Error explain_update(int code, const Link& link, const Prog& prog, const Prog* old,
                     const std::string& subject) {
  Error error = Error::from_errno(code, "update link", subject);
  const std::string type = link_type_name(link.info().type);
  const std::uint32_t held = held_by(link);
  if (old != nullptr && held != old->info().id) {
    return std::move(error)
        .as(Kind::invalid)
        .because("it holds " + program(held) + ", not " + program(old->info().id));
  }
  if (code == ENOLINK) {
    return std::move(error)
        .as(Kind::invalid)
        .because("it is detached: it holds its program nowhere any more")
        .advise("`bpfmaps prog attach` makes a new one");
  }
  if (code == EINVAL) {
    return std::move(error)
        .as(Kind::invalid)
        .because("a link of type " + type + " does not take " + program(prog.info().id) +
                 ", of type " + prog_type_name(prog.info().type) + ", in the place of " +
                 program(held))
        .advise(
            "both must be loaded for the same hook; links of tracing and of perf events take no "
            "other program at all");
  }
  return error;
}

}  // namespace

Status update_link(const Link& link, const Prog& prog, const Prog* old,
                   const std::string& subject) {
  bpf_link_update_opts options{};
  options.sz = sizeof options;
  options.flags = old != nullptr ? BPF_F_REPLACE : 0;
  options.old_prog_fd = old != nullptr ? static_cast<std::uint32_t>(old->fd()) : 0;
  if (bpf_link_update(link.fd(), prog.fd(), &options) == 0) return {};
  const int code = errno;
  return fail(explain_update(code, link, prog, old, subject));
}

Status detach_link(const Link& link, const std::string& subject) {
  if (bpf_link_detach(link.fd()) == 0) return {};
  const int code = errno;
  Error error = Error::from_errno(code, "detach link", subject);
  if (code != EOPNOTSUPP) return fail(std::move(error));
  return fail(
      std::move(error)
          .as(Kind::unsupported)
          .because("links of type " + link_type_name(link.info().type) +
                   " cannot be detached, only ended")
          .advise(
              "it ends when its pins are removed and the processes that hold it have closed it"));
}

}  // namespace bpfmaps::kernel
