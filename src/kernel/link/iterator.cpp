// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/iterator.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "kernel/link/bpf_calls.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {

Result<Link> make_iterator(const Prog& prog, const Map* over) {
  bpf_iter_link_info info;
  static_assert(sizeof info == 16);
  for (auto& byte : reinterpret_cast<unsigned char(&)[sizeof info]>(info)) byte = 0;
  LinkCreate create{.prog_fd = static_cast<std::uint32_t>(prog.fd()),
                    .attach_type = BPF_TRACE_ITER};
  if (over != nullptr) {
    info.map.map_fd = static_cast<std::uint32_t>(over->fd());
    create.iter = {reinterpret_cast<std::uintptr_t>(&info), sizeof info};
  }
  Fd fd(link_create(create));
  const int code = errno;
  const std::string subject = "program " + std::to_string(prog.info().id);
  if (fd) return adopt_link(std::move(fd), subject);
  Error error = Error::from_errno(code, "make an iterator", subject);
  if (code == EBADF && over == nullptr)
    return fail(std::move(error)
                    .as(Kind::invalid)
                    .because("it runs over the entries of a map")
                    .advise("say which: `over MAP`"));
  if (code == EINVAL)
    return fail(std::move(error)
                    .as(Kind::invalid)
                    .because(over == nullptr ? "it is no iterator"
                                             : "it is no iterator over maps of that type"));
  if (code == EACCES && over != nullptr)
    return fail(std::move(error).because(
        "it reads more of a key or value than the map has, or may write what it may not"));
  return fail(std::move(error));
}

Status read_iterator(const Link& link, const std::string& subject,
                     const std::function<void(std::string_view)>& print) {
  if (link.info().type != BPF_LINK_TYPE_ITER)
    return fail(
        Error::refused(Kind::invalid, "read an iterator", subject,
                       "a link of type " + link_type_name(link.info().type) + " prints nothing",
                       "iterators do: programs of a section `iter/...`"));
  const Fd run(bpf_iter_create(link.fd()));
  int code = errno;
  if (!run) return fail(Error::from_errno(code, "run an iterator", subject));
  std::vector<char> piece(64 << 10);
  for (;;) {
    const ssize_t size = read(run.get(), piece.data(), piece.size());
    code = errno;
    if (size == 0) return {};
    if (size > 0) {
      print({piece.data(), static_cast<std::size_t>(size)});
    } else if (code != EAGAIN && code != EINTR) {
      return fail(Error::from_errno(code, "run an iterator", subject).as(Kind::incomplete));
    }
  }
}

}  // namespace bpfmaps::kernel
