// SPDX-License-Identifier: BSD-2-Clause
// TypeSource: where --btf says types are.
#pragma once

#include "cli/request.h"
#include "kernel/btf.h"

namespace bpfmaps::commands {

struct TypeSource {
  kernel::Btf file;            ///< owns the types of a file
  const btf* types = nullptr;  ///< null without --btf
};

/// The types of `--btf FILE`, an object, a BTF file or the name of a built-in, or of `--btf
/// vmlinux`, the running kernel.
Result<TypeSource> open_type_source(const cli::Request& request);

}  // namespace bpfmaps::commands
