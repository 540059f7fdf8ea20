// SPDX-License-Identifier: BSD-2-Clause
// The records that the verbs' files define, one line each.
#pragma once

#include "cli/command.h"

namespace bpfmaps::commands {

extern const cli::Command kMapDump;
extern const cli::Command kMapLookup;

}  // namespace bpfmaps::commands
