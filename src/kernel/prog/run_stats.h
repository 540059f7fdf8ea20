// SPDX-License-Identifier: BSD-2-Clause
// Run statistics: the kernel counts and times the runs of programs only while somebody asks it to,
// since that costs each run some nanoseconds.
#pragma once

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::kernel {

/// Makes the kernel count for as long as the descriptor is open (BPF_ENABLE_STATS, Linux 5.8);
/// whoever else asked for it is not disturbed. Empty where that is refused and
/// kernel.bpf_stats_enabled makes it count anyway. Needs CAP_SYS_ADMIN.
Result<Fd> enable_run_stats();

}  // namespace bpfmaps::kernel
