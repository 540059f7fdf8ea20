// SPDX-License-Identifier: BSD-2-Clause
// Descriptors of processes and of what they have open: the keys of local storage.
#pragma once

#include <cstdint>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::kernel {

/// A descriptor of the process `pid` (pidfd_open(2), Linux 5.3). Kind::not_found where there is
/// none.
Result<Fd> open_process(std::uint64_t pid);

/// A copy of the descriptor `fd` of that process (pidfd_getfd(2), Linux 5.6), which takes the right
/// to trace it.
Result<Fd> copy_descriptor(std::uint64_t pid, std::uint64_t fd);

/// A copy of a descriptor that this process has inherited.
Result<Fd> inherited_descriptor(std::uint64_t fd);

}  // namespace bpfmaps::kernel
