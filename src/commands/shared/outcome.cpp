// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/outcome.h"

namespace bpfmaps::commands {

bool& outcome_differs() {
  static bool differs = false;
  return differs;
}

}  // namespace bpfmaps::commands
