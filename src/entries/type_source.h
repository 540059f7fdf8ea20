// SPDX-License-Identifier: BSD-2-Clause
// TypeSource: where --btf says types are.
#pragma once

#include <string>

#include "kernel/btf.h"

namespace bpfmaps::entries {

struct TypeSource {
  kernel::Btf file;            ///< owns the types of a file
  const btf* types = nullptr;  ///< null without --btf
};

/// The types of an object, a BTF file, a built-in of that name, or of the running kernel for
/// "vmlinux"; none for "".
Result<TypeSource> open_type_source(const std::string& path);

}  // namespace bpfmaps::entries
