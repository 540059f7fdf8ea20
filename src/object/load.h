// SPDX-License-Identifier: BSD-2-Clause
// From an object to pinned programs and maps, all or nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/handle.h"
#include "object/image.h"

namespace bpfmaps::object {

/// An existing map to use in place of the one the object declares as `name`.
struct Replacement {
  std::string name;
  kernel::Map map;
};

struct LoadPlan {
  /// One program, pinned at `pin`; the object's only one when `program` is "".
  /// Or every program, pinned under the directory `pin` by its name.
  bool all_programs = false;
  std::string program = {};
  std::string pin;
  /// Where every map is pinned by its name. Without it, only those that the object declares
  /// LIBBPF_PIN_BY_NAME are, beside the programs.
  std::string pinmaps = {};
  /// A program type for what is loaded ("xdp", "sched_cls", "classifier"); "": by its section.
  std::string type = {};
  std::vector<Replacement> replacements = {};
};

/// Something that is pinned now.
struct Loaded {
  kernel::Noun noun;
  std::uint32_t id;
  std::uint32_t type;  ///< enum bpf_map_type or bpf_prog_type
  std::string name;    ///< the object's, not cut
  std::string path;
  bool reused;  ///< a map that was there before
};

/// Loads the object into the kernel and pins what `plan` says: maps first, in the object's order.
/// A map that is pinned already at its place is reused where it fits, and is an error that names
/// the differing fields where it does not. Directories are made as needed. An error means that
/// nothing is left in the kernel or the bpffs.
///
/// `tell` gets every line that libbpf and the verifier have to say when loading fails; may be
/// null. Without it the error still holds the verifier's last words.
Result<std::vector<Loaded>> load(const Image& image, const LoadPlan& plan,
                                 const std::function<void(const std::string&)>& tell);

}  // namespace bpfmaps::object
