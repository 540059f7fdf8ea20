// SPDX-License-Identifier: BSD-2-Clause
// The command table: every verb's record, in the order help shows them.
#pragma once

#include "cli/command.h"

namespace bpfmaps::commands {

const cli::Table& table();

}  // namespace bpfmaps::commands
