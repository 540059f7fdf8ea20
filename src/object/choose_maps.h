// SPDX-License-Identifier: BSD-2-Clause
// For each map of an opened object: where it will be pinned, and which existing one is used.
#pragma once

#include <bpf/libbpf.h>

#include <string>
#include <vector>

#include "object/fit.h"
#include "object/load_plan.h"

namespace bpfmaps::object {

/// A map that the object will hold once it is loaded.
struct Target {
  bpf_map* map;
  std::string path;  ///< "" for a map that is not pinned
  bool reused;       ///< it stands at `path` already
};

/// Gives the maps of an opened object their sizes and places, and puts existing maps in the place
/// of the object's, first where `plan` says so, then where one is pinned already. An error names
/// what does not fit.
class MapChooser {
 public:
  /// `changed` are the data sections that have got other values than they were compiled with;
  /// `subject` is the object's name, for errors. All must outlive the chooser.
  MapChooser(bpf_object* object, const std::string& subject, const LoadPlan& plan,
             const Changed& changed)
      : object_(object), subject_(subject), plan_(plan), changed_(changed) {}

  /// Maps that `plan` replaces are no targets: they stay where they are.
  Result<std::vector<Target>> choose();
  /// Takes the maps that stand at the targets' paths.
  Status reuse_pinned(std::vector<Target>& targets);
  /// What the user should know of maps that are reused.
  std::vector<std::string> remarks() && { return std::move(remarks_); }

 private:
  Status check_replacements() const;
  Status set_sizes() const;
  std::vector<std::string_view> names() const;
  Result<const Replacement*> replacement_for(std::string_view name, std::size_t index) const;
  std::string path_for(const MapSpec& spec) const;
  Status reuse(bpf_map* map, const kernel::Map& existing, Fit fit, const std::string& where);

  bpf_object* object_;
  const std::string& subject_;
  const LoadPlan& plan_;
  const Changed& changed_;
  std::vector<std::string> remarks_;
};

}  // namespace bpfmaps::object
