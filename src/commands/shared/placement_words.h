// SPDX-License-Identifier: BSD-2-Clause
// The words of prog attach that say how: mode, first, last, before, after, multi, override.
#pragma once

#include <optional>

#include "cli/request.h"
#include "kernel/link/attach_target.h"
#include "kernel/link/placement.h"

namespace bpfmaps::commands {

/// A placement and the program that it refers to.
struct PlacementWords {
  kernel::Placement placement = {};
  std::optional<kernel::Prog> anchor = {};
};

/// Kind::usage where a word does not go with the hook or with another one.
Result<PlacementWords> placement_from(const cli::Request& request,
                                      const kernel::AttachTarget& target);

}  // namespace bpfmaps::commands
