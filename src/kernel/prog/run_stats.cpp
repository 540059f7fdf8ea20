// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/run_stats.h"

#include <bpf/bpf.h>

#include <cerrno>

#include "base/file.h"
#include "kernel/permission.h"

namespace bpfmaps::kernel {

Result<Fd> enable_run_stats() {
  Fd stats(bpf_enable_stats(BPF_STATS_RUN_TIME));
  const int code = errno;
  if (stats || read_file("/proc/sys/kernel/bpf_stats_enabled").value_or("").starts_with('1'))
    return stats;
  Error error = Error::from_errno(code, "count the runs of programs", "");
  if (code == EPERM)
    return fail(std::move(error)
                    .because("counting needs CAP_SYS_ADMIN")
                    .advise(permission_hint("run as root")));
  return fail(std::move(error).advise("`sysctl kernel.bpf_stats_enabled=1` switches counting on"));
}

}  // namespace bpfmaps::kernel
