// SPDX-License-Identifier: BSD-2-Clause
// OpenBy: the processes that have an object open.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

struct ProcessRef {
  std::uint32_t pid = 0;
  std::string name = {};  ///< 15 bytes at most, and the process' own to choose
};

struct OpenBy {
  /// By the object's id, in the order of process ids. This process is not among them.
  std::map<std::uint32_t, std::vector<ProcessRef>> of;
  /// Processes that may not be looked into.
  unsigned closed = 0;
  /// Why there may be more of them: the first thing that could not be read, one of those processes
  /// included. Nothing where all of /proc was read.
  std::optional<Error> gap;
};

/// Who has objects of that kind open. Looks at every descriptor of every process in /proc, which
/// takes a while and, for those of others, CAP_SYS_PTRACE. Where that leaves a gap, the kernel is
/// asked by find_open_by_iterator(). Processes outside of this PID namespace are not seen.
OpenBy find_open_by(Noun noun);

/// The same by a program of our own that the kernel runs: without a gap, or an error where it
/// cannot be loaded. Takes CAP_BPF, CAP_PERFMON and the kernel's own types and symbols (Linux 5.8).
Result<OpenBy> find_open_by_iterator(Noun noun);

/// One descriptor that a process has open.
struct Descriptor {
  std::uint32_t pid = 0;
  std::uint32_t fd = 0;

  /// The name of the process; "" where it has ended.
  Result<std::string> comm() const;
};

/// What was not seen of the descriptors of other processes.
struct Unseen {
  unsigned closed = 0;       ///< processes that may not be looked into
  std::optional<Error> gap;  ///< the first thing that could not be read, one of those included
};

/// Shows the descriptors of all other processes, in the order of process ids, whose link in
/// /proc/PID/fd leads to `target`: "anon_inode:bpf-map".
Unseen for_each_descriptor(std::string_view target,
                           const std::function<void(const Descriptor&)>& visit);

}  // namespace bpfmaps::kernel
