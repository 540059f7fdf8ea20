// SPDX-License-Identifier: BSD-2-Clause
// Metadata: what a program says of itself in read-only variables named bpf_metadata_*.
#pragma once

#include "kernel/handle.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// Those variables by their names behind the prefix, from the .rodata maps that the program uses
/// or that BPF_PROG_BIND_MAP tied to it. Empty where there are none or the maps or their types
/// may not be read.
output::Value::Members metadata_of(const kernel::Prog& prog);

}  // namespace bpfmaps::commands
