// SPDX-License-Identifier: BSD-2-Clause
// For each map of an opened object: where it will be pinned, and which existing one is used.
#pragma once

#include <bpf/libbpf.h>

#include <string>
#include <vector>

#include "object/load.h"

namespace bpfmaps::object {

/// A map that the object will hold once it is loaded.
struct Target {
  bpf_map* map;
  std::string path;  ///< "" for a map that is not pinned
  bool reused;       ///< it stands at `path` already
};

struct ChosenMaps {
  std::vector<Target> targets;
  std::vector<std::string> remarks;  ///< what the user should know of maps that are reused
};

/// Puts existing maps in the place of the object's where `plan` or a pin says so: an error names
/// the fields in which one does not fit. `changed` are the data sections that have got other values
/// than they were compiled with; `subject` is the object's name, for errors. Maps that `plan`
/// replaces are no targets: they stay where they are.
Result<ChosenMaps> choose_maps(bpf_object* object, const std::string& subject, const LoadPlan& plan,
                               const Changed& changed);

}  // namespace bpfmaps::object
