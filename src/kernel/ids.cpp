// SPDX-License-Identifier: BSD-2-Clause
// Objects by the ids that the kernel numbers them with. All of this needs CAP_SYS_ADMIN.
#include <bpf/bpf.h>

#include <cerrno>

#include "kernel/handle.h"
#include "kernel/permission.h"

namespace bpfmaps::kernel {
namespace {

/// EPERM is about the caller, not about the object: no mode bit could change it (Linux 5.10 to
/// 7.2; CAP_BPF does not suffice).
Error refuse_ids(int code, std::string operation, std::string subject) {
  Error error = Error::from_errno(code, std::move(operation), std::move(subject));
  if (code == EPERM) {
    error.context = "ids may be used only with CAP_SYS_ADMIN";
    error.hint = permission_hint(
        "run as root, or name the object by the path of its pin, which needs no "
        "capability");
  }
  return error;
}

Result<Fd> fd_by_id(Noun noun, std::uint32_t id, Access access) {
  bpf_get_fd_by_id_opts options{};
  options.sz = sizeof options;
  // Only maps know the flag; the kernel refuses it for programs and links.
  options.open_flags = noun == Noun::map && access == Access::read ? BPF_F_RDONLY : 0;
  Fd fd(noun == Noun::map    ? bpf_map_get_fd_by_id_opts(id, &options)
        : noun == Noun::prog ? bpf_prog_get_fd_by_id_opts(id, &options)
                             : bpf_link_get_fd_by_id_opts(id, &options));
  const int code = errno;
  if (fd) return fd;
  const std::string word(noun_name(noun));
  Error error = refuse_ids(code, "open " + word, word + " id " + std::to_string(id));
  if (code == ENOENT) {
    error.context = "no " + word + " has this id";
    error.hint = "`bpfmaps " + word + " list` shows what there is";
  }
  return fail(std::move(error));
}

/// Whether an id that was listed just now has no object: it vanished, or is a link that is still
/// being made, which has its number before it is there (BPF_LINK_GET_FD_BY_ID, Linux 5.8).
bool is_not_there(const Error& error) {
  return error.kind == Kind::not_found || error.code == EAGAIN;
}

/// Each id is asked for once the object before it is done with: thousands may be open one after
/// another, but not at once.
template <class Handle, class Open>
Status for_each(Noun noun, const Open& open, const std::function<void(Handle)>& visit) {
  for (std::uint32_t id = TRY(next_id(noun, 0)); id != 0; id = TRY(next_id(noun, id))) {
    Result<Handle> handle = open(id);
    if (handle) {
      visit(*std::move(handle));
    } else if (!is_not_there(handle.error())) {
      return fail(std::move(handle).error());
    }
  }
  return {};
}

}  // namespace

Result<Map> map_by_id(std::uint32_t id, Access access) {
  return adopt_map(TRY(fd_by_id(Noun::map, id, access)), "map id " + std::to_string(id));
}

Result<Prog> prog_by_id(std::uint32_t id) {
  return adopt_prog(TRY(fd_by_id(Noun::prog, id, Access::read)), "prog id " + std::to_string(id));
}

Result<Link> link_by_id(std::uint32_t id) {
  return adopt_link(TRY(fd_by_id(Noun::link, id, Access::read)), "link id " + std::to_string(id));
}

Result<std::uint32_t> next_id(Noun noun, std::uint32_t id) {
  std::uint32_t next = 0;
  const int failed = noun == Noun::map    ? bpf_map_get_next_id(id, &next)
                     : noun == Noun::prog ? bpf_prog_get_next_id(id, &next)
                                          : bpf_link_get_next_id(id, &next);
  const int code = errno;
  if (failed == 0) return next;
  if (code == ENOENT) return 0U;
  return fail(refuse_ids(code, "list " + std::string(noun_name(noun)) + " ids", ""));
}

Status for_each_map(Access access, const std::function<void(Map)>& visit) {
  return for_each<Map>(
      Noun::map, [access](std::uint32_t id) { return map_by_id(id, access); }, visit);
}

Status for_each_prog(const std::function<void(Prog)>& visit) {
  return for_each<Prog>(Noun::prog, prog_by_id, visit);
}

Status for_each_link(const std::function<void(Link)>& visit) {
  return for_each<Link>(Noun::link, link_by_id, visit);
}

}  // namespace bpfmaps::kernel
