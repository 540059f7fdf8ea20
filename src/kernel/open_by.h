// SPDX-License-Identifier: BSD-2-Clause
// OpenBy: the processes that have an object open.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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
};

/// Who has objects of that kind open. Looks at every descriptor of every process in /proc, which
/// takes a while; empty without /proc. To see those of others takes CAP_SYS_PTRACE.
OpenBy find_open_by(Noun noun);

/// One descriptor that a process has open.
struct Descriptor {
  std::uint32_t pid = 0;
  std::uint32_t fd = 0;

  /// The name of the process.
  std::string comm() const;
};

/// Shows the descriptors of all other processes, in the order of process ids, whose link in
/// /proc/PID/fd leads to `target`: "anon_inode:bpf-map". Returns how many processes may not be
/// looked into.
unsigned for_each_descriptor(std::string_view target,
                             const std::function<void(const Descriptor&)>& visit);

}  // namespace bpfmaps::kernel
