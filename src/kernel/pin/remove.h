// SPDX-License-Identifier: BSD-2-Clause
// Removing pins, one or whole trees of them: a plan first, which can be shown, then its execution.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/pin/walker.h"

namespace bpfmaps::kernel {

struct RemovalOptions {
  bool recursive = false;  ///< directories, with what is in them
  /// Which entries go; asked of all but directories, which go once nothing is left in them. Of what
  /// cannot be told, the error says why it stays.
  std::function<Result<bool>(const PinEntry&)> wants = [](const PinEntry&) { return true; };
};

/// One thing that is to be removed, or that should be and stays: then `result` says why.
struct Removal {
  PinEntry entry;
  Status result = {};
};

/// What is to be removed, in that order: a directory after what is in it.
struct RemovalPlan {
  std::string path;
  std::vector<Removal> removals;
};

/// Looks at what `path` names in a bpffs, and changes nothing. Nothing is followed or entered that
/// is mounted or linked there. An error where `path` is not there, is a directory and `recursive`
/// is not set, or is no bpffs.
Result<RemovalPlan> plan_removal(const std::string& path, const RemovalOptions& options);

/// Removes what `plan` says, and sets each result to what happened. What stands there by now and is
/// not what the plan saw stays. A directory in which something has to stay leaves the plan.
void carry_out(RemovalPlan& plan);

}  // namespace bpfmaps::kernel
