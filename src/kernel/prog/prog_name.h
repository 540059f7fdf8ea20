// SPDX-License-Identifier: BSD-2-Clause
// The whole name of a program: the kernel keeps 15 bytes of it, its types hold the rest.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "kernel/btf.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Remembers the types it has loaded: programs of one object share them.
class ProgNames {
 public:
  /// The name of the program's function. That of its info where nothing was cut off, where it
  /// carries no types, or where the kernel keeps them back.
  std::string full_name(const Prog& prog);

 private:
  std::map<std::uint32_t, Btf> types_;  // by BTF id; null where they could not be loaded
};

}  // namespace bpfmaps::kernel
