// SPDX-License-Identifier: BSD-2-Clause
// What `bpfmaps version` prints.
#pragma once

#include "output/form.h"
#include "output/writer.h"

namespace bpfmaps::commands {

/// "bpfmaps 1.2.3"; in JSON an object that names libbpf and the kernel, too, and whether compiled
/// code can be disassembled (`llvm`).
void print_version(output::Writer& out, const output::Style& style);

}  // namespace bpfmaps::commands
