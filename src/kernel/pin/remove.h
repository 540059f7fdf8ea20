// SPDX-License-Identifier: BSD-2-Clause
// Removing pins, one or whole trees of them.
#pragma once

#include <functional>
#include <string>

#include "kernel/pin/walker.h"

namespace bpfmaps::kernel {

struct Removal {
  bool recursive = false;  ///< directories, with what is in them
  /// Which entries go; asked of all but directories, which go once nothing is left in them. Of what
  /// cannot be told, the error says why it stays.
  std::function<Result<bool>(const PinEntry&)> wants = [](const PinEntry&) { return true; };
  bool dry = false;  ///< removes nothing and reports what it would remove
};

/// Told of each thing that is removed, or that should be and cannot be: then with the error.
using Removed = std::function<void(const PinEntry&, const Status&)>;

/// Removes what `path` names in a bpffs. Nothing is followed or entered that is mounted or linked
/// there; a directory goes once nothing is left in it. Returns an error, with nothing removed,
/// where `path` is not there, is a directory and `recursive` is not set, or is no bpffs.
Status remove_pins(const std::string& path, const Removal& removal, const Removed& removed);

}  // namespace bpfmaps::kernel
