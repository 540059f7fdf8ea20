// SPDX-License-Identifier: BSD-2-Clause
// Programs on perf events that processes have open: the way of attaching tracing programs before
// there were links for it (PERF_EVENT_IOC_SET_BPF).
#pragma once

#include <vector>

#include "base/result.h"
#include "kernel/link/attachment.h"

namespace bpfmaps::kernel {

struct PerfAttachments {
  std::vector<Attachment> found = {};
  /// Events whose program the kernel does not tell (type perf_event), as "pid 7 (name)".
  std::vector<std::string> untold = {};
  unsigned closed = 0;  ///< processes that may not be looked into
};

/// Looks at every descriptor of every process in /proc, and asks BPF_TASK_FD_QUERY (Linux 4.18)
/// about those of perf events. Needs CAP_SYS_ADMIN: Kind::permission otherwise.
Result<PerfAttachments> perf_attachments();

}  // namespace bpfmaps::kernel
