// SPDX-License-Identifier: BSD-2-Clause
// Metadata: what a program says of itself in read-only variables named bpf_metadata_*.
#pragma once

#include "kernel/handle.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// Adds `metadata`: those variables by their names behind the prefix, from the .rodata maps that
/// the program uses or that BPF_PROG_BIND_MAP tied to it. Nothing where there are none; unknown
/// where such a map or its types cannot be read.
void add_metadata(output::Record& record, const kernel::Prog& prog);

}  // namespace bpfmaps::commands
