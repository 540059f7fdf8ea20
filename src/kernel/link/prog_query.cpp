// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/prog_query.h"

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "kernel/names.h"
#include "kernel/uapi.h"

namespace bpfmaps::kernel {
namespace {

/// The attributes of BPF_PROG_QUERY as Linux 6.6 has them: libbpf 1.1 ends before `link_ids`.
struct QueryAttributes {
  std::uint32_t target, attach_type, query_flags, attach_flags;
  std::uint64_t prog_ids;
  std::uint32_t count;
  std::uint32_t : 32;
  std::uint64_t prog_attach_flags, link_ids, link_attach_flags, revision;
};

bool tells_links(std::uint32_t attach_type) {
  return attach_type == kTcxIngress || attach_type == kTcxEgress || attach_type == kNetkitPrimary ||
         attach_type == kNetkitPeer;
}

std::uint64_t address_of(const void* room) { return reinterpret_cast<std::uintptr_t>(room); }

}  // namespace

Result<Queried> query_progs(int target, std::uint32_t attach_type, std::uint32_t flags) {
  // One hook takes 64 programs (BPF_CGROUP_MAX_PROGS, BPF_MPROG_MAX); effective are those of all
  // cgroups above, too.
  std::vector<std::uint32_t> ids(64), links;
  for (;;) {
    if (tells_links(attach_type)) links.assign(ids.size(), 0);
    QueryAttributes query{.target = static_cast<std::uint32_t>(target),
                          .attach_type = attach_type,
                          .query_flags = flags,
                          .prog_ids = address_of(ids.data()),
                          .count = static_cast<std::uint32_t>(ids.size()),
                          .link_ids = links.empty() ? 0 : address_of(links.data())};
    if (syscall(SYS_bpf, BPF_PROG_QUERY, &query, sizeof query) == 0) {
      Queried queried{.flags = query.attach_flags};
      for (std::uint32_t i = 0; i < query.count && i < ids.size(); ++i)
        queried.progs.push_back({ids[i], links.empty() ? 0 : links[i]});
      return queried;
    }
    const int code = errno;
    if (code == ENOSPC && query.count > ids.size()) {
      ids.resize(query.count);
      continue;
    }
    Error error =
        Error::from_errno(code, "ask which programs are attached", attach_type_name(attach_type));
    if (code == EINVAL) error.kind = Kind::unsupported;
    return fail(std::move(error));
  }
}

}  // namespace bpfmaps::kernel
