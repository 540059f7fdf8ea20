// SPDX-License-Identifier: BSD-2-Clause
// Events to which programs of tracing are attached: functions of the kernel and of other programs,
// and what the perf subsystem counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "kernel/link/perf_names.h"

namespace bpfmaps::kernel {

/// An event whenever the kernel's `function` is entered, `offset` bytes behind its start, or with
/// `on_return` whenever it returns. Kind::unsupported where the running kernel has no kprobes,
/// not_found where it has no such function.
Result<Fd> open_kprobe(const std::string& function, std::uint64_t offset, bool on_return);

/// The same for what lies at `offset` in the file `path`, whichever process runs it (uprobes).
Result<Fd> open_uprobe(const std::string& path, std::uint64_t offset, bool on_return);

/// How often an event that is counted calls a program: so many times a second, or each time when
/// that many have been counted.
struct Sampling {
  std::uint64_t frequency = 0;
  std::uint64_t period = 0;
};
/// One event for each CPU that is online, not yet counting: enable() starts it.
Result<std::vector<Fd>> open_perf_events(const PerfEventId& event, Sampling sampling,
                                         const std::string& name);
void enable(const Fd& event);

}  // namespace bpfmaps::kernel
