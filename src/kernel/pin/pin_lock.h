// SPDX-License-Identifier: BSD-2-Clause
// Locks on directories of pins: of several processes that look what is there and then pin what is
// missing, one goes after the other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::kernel {

/// Locks the directories (flock) until the descriptors are closed; waits up to 30 s for others to
/// let go. Nothing where one of them was removed meanwhile: make it, and try again. Directories
/// that may not be read are left out, since others cannot lock them either.
/// Kind::exists where another process keeps one locked; EINTR where a signal that is held comes.
Result<std::optional<std::vector<Fd>>> lock_directories(const std::vector<std::string>& paths);

}  // namespace bpfmaps::kernel
