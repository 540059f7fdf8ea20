// SPDX-License-Identifier: BSD-2-Clause
// The whole name of a program: the kernel keeps 15 bytes of it, its types hold the rest.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "kernel/btf.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

struct ProgName {
  std::string text;
  std::optional<Error> cut = {};  ///< why it may be longer
};

/// Remembers the types it has loaded: programs of one object share them.
class ProgNames {
 public:
  /// The name of the program's function. That of its info where nothing was cut off, where it
  /// carries no types, or where they could not be had: as without CAP_SYS_ADMIN.
  ProgName full_name(const Prog& prog);

 private:
  std::map<std::uint32_t, Result<Btf>> types_;  // by BTF id
};

}  // namespace bpfmaps::kernel
