// SPDX-License-Identifier: BSD-2-Clause
// The records of verbs on many entries or commands at once; records.h has those of all others.
#pragma once

#include "cli/command.h"

namespace bpfmaps::commands {

extern const cli::Command kBatch;
extern const cli::Command kMapDiff;
extern const cli::Command kMapResize;

}  // namespace bpfmaps::commands
