// SPDX-License-Identifier: BSD-2-Clause
// Holders: the processes that have an object open.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

struct Holder {
  std::uint32_t pid = 0;
  std::string name = {};  ///< 15 bytes at most, and the process' own to choose
};

struct Holders {
  /// By the object's id, in the order of process ids. This process is not among them.
  std::map<std::uint32_t, std::vector<Holder>> of;
  /// Processes that may not be looked into.
  unsigned closed = 0;
};

/// Who has objects of that kind open. Looks at every descriptor of every process in /proc, which
/// takes a while; empty without /proc. To see those of others takes CAP_SYS_PTRACE.
Holders all_holders(Noun noun);

}  // namespace bpfmaps::kernel
