// SPDX-License-Identifier: BSD-2-Clause
// Tracepoints: what the kernel has of them, by tracefs, and events to which programs are attached.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::kernel {

/// Where tracefs is mounted: /sys/kernel/tracing, or as of old below debugfs; "" where it is not.
std::string tracefs_mount();

/// Every tracepoint as "sched/sched_switch", in no order; none where tracefs is not mounted or may
/// not be read.
std::vector<std::string> tracepoints();

/// not_found, with how to mount it, where tracefs is not mounted: it tells the numbers by which the
/// kernel knows tracepoints. `subject` is what needs one.
Status require_tracefs(const std::string& subject);

/// An event that happens whenever anything passes the tracepoint, on any CPU. not_found where there
/// is none of that name, or tracefs is not mounted.
Result<Fd> open_tracepoint(const std::string& name);

}  // namespace bpfmaps::kernel
