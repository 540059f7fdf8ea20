// SPDX-License-Identifier: BSD-2-Clause
// What the exit code tells of a command that went well.
#pragma once

namespace bpfmaps::commands {

/// Whether what was compared is not the same: exit code 5.
bool& outcome_differs();

}  // namespace bpfmaps::commands
