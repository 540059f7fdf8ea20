// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/perf_fds.h"

#include <bpf/bpf.h>
#include <linux/limits.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "kernel/open_by.h"

namespace bpfmaps::kernel {
namespace {

/// What the kernel says of one descriptor; `name` is a function, file or tracepoint.
Facts facts_of(std::uint32_t type, const std::string& name, std::uint64_t offset,
               std::uint64_t address) {
  Facts facts;
  switch (type) {
    case BPF_FD_TYPE_TRACEPOINT: facts.push_back({"tracepoint", name}); break;
    case BPF_FD_TYPE_KPROBE:
    case BPF_FD_TYPE_KRETPROBE:
      facts.push_back({"retprobe", type == BPF_FD_TYPE_KRETPROBE});
      facts.push_back({"addr", __u64{address}});
      if (!name.empty()) facts.push_back({"func", name});
      facts.push_back({"offset", static_cast<__u32>(offset)});
      break;
    case BPF_FD_TYPE_UPROBE:
    case BPF_FD_TYPE_URETPROBE:
      facts.push_back({"retprobe", type == BPF_FD_TYPE_URETPROBE});
      facts.push_back({"file", name});
      facts.push_back({"offset", static_cast<__u32>(offset)});
      break;
    default: break;
  }
  return facts;
}

}  // namespace

Result<PerfAttachments> perf_attachments() {
  PerfAttachments all;
  int refusal = 0;
  const Unseen unseen = for_each_descriptor("anon_inode:[perf_event]", [&](const Descriptor& held) {
    std::array<char, PATH_MAX> name{};
    std::uint32_t size = name.size(), prog_id = 0, type = 0;
    __u64 offset = 0, address = 0;
    const int failed = bpf_task_fd_query(static_cast<int>(held.pid), static_cast<int>(held.fd), 0,
                                         name.data(), &size, &prog_id, &type, &offset, &address);
    const int code = errno;
    if (failed == 0) {
      Attachment one{.prog_id = prog_id,
                     .type = "perf_event",
                     .where = facts_of(type, name.data(), offset, address)};
      one.where.push_back({"pid", held.pid});
      one.where.push_back({"comm", held.comm().value_or("")});
      all.found.push_back(std::move(one));
    } else if (code == EOPNOTSUPP) {
      all.untold.push_back("pid " + std::to_string(held.pid) + " (" + held.comm().value_or("") +
                           ")");
    } else if (code == EPERM) {
      refusal = code;
    }
  });
  all.closed = unseen.closed;
  if (unseen.gap && unseen.closed == 0) return fail(*unseen.gap);
  if (refusal != 0)
    return fail(Error::from_errno(refusal, "ask which programs perf events run", ""));
  return all;
}

}  // namespace bpfmaps::kernel
