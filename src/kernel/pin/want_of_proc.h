// SPDX-License-Identifier: BSD-2-Clause
// What is said where /proc, through which pins are reached, is not mounted.
#pragma once

#include <unistd.h>

#include "base/result.h"

namespace bpfmaps::kernel {

/// Whether path_of() leads nowhere, since /proc is not mounted. Then that is what `error` says.
inline bool is_for_want_of_proc(Error& error) {
  if (access("/proc/self/fd", X_OK) == 0) return false;
  error.kind = Kind::system;
  error.context = "pins are reached through /proc/self/fd, which is not there";
  error.hint = "mount -t proc proc /proc";
  return true;
}

}  // namespace bpfmaps::kernel
