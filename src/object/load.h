// SPDX-License-Identifier: BSD-2-Clause
// From an object to pinned programs and maps, all or nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/handle.h"
#include "object/image.h"
#include "object/program_logs.h"
#include "object/variables.h"

namespace bpfmaps::object {

/// An existing map to use in place of the one that the object declares.
struct Replacement {
  std::string name;                  ///< of the object's map; "" where `index` says which
  std::optional<std::size_t> index;  ///< its place among the object's maps, from 0
  kernel::Map map;
};

struct LoadPlan {
  /// One program, pinned at `pin`; the object's only one when `program` is "".
  /// Or every program, pinned under the directory `pin` by its name.
  bool all_programs = false;
  std::string program = {};
  std::string pin;
  /// Where every map is pinned by its name. Without it, only those that the object declares
  /// LIBBPF_PIN_BY_NAME are, under `pinroot`, or beside the programs where that is "".
  std::string pinmaps = {};
  std::string pinroot = {};
  /// A program type for what is loaded ("xdp", "sched_cls", "classifier"); "": by its section.
  std::string type = {};
  std::vector<Replacement> replacements = {};
  /// NAME=VALUE of each variable to set, and what knows how.
  std::vector<std::string> variables = {};
  SetVariable set_variable = {};
  /// Attach each program that says where by its section, and pin its link in its place.
  bool autoattach = false;
  VerifierLog log = VerifierLog::nothing;
};

/// Something that is pinned now.
struct Loaded {
  kernel::Noun noun;
  std::uint32_t id;
  std::uint32_t type;  ///< enum bpf_map_type, bpf_prog_type or bpf_link_type
  std::string name;    ///< the object's, not cut; of a link: its program's
  std::string path;
  bool reused = false;  ///< a map that was there before
};

struct LoadReport {
  std::vector<Loaded> pinned;
  /// What the kernel did not take as the object has it, and what is not known of reused maps: each
  /// a sentence for the user, although all went well.
  std::vector<std::string> remarks;
};

/// Loads the object into the kernel and pins what `plan` says: maps first, in the object's order.
/// A map that is pinned already at its place is reused where it fits, and is an error that names
/// the differing fields where it does not. Directories are made as needed. An error means that
/// nothing is left in the kernel or the bpffs.
///
/// `tell` gets every warning of libbpf, what the verifier has to say when loading fails, and what
/// `plan.log` asks for when it does not; may be null. Without it the error still holds the
/// verifier's last words.
Result<LoadReport> load(const Image& image, const LoadPlan& plan, const Tell& tell);

}  // namespace bpfmaps::object
