// SPDX-License-Identifier: BSD-2-Clause
// LoadPlan: what a load is asked to do with an object.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "kernel/handle.h"
#include "object/program_logs.h"
#include "object/variables.h"

namespace bpfmaps::object {

/// One program of the object.
struct OneProgram {
  std::string name;  ///< "" for the object's only one
  std::string pin;   ///< the path at which it is pinned
};

/// Every program of the object, or its maps alone where it holds none.
struct EveryProgram {
  std::string directory;  ///< where each is pinned, by its name
};

/// An existing map to use in place of the one that the object declares.
struct Replacement {
  std::string name;                  ///< of the object's map; "" where `index` says which
  std::optional<std::size_t> index;  ///< its place among the object's maps, from 0
  kernel::Map map;
};

/// How many entries a map of the object is made with.
struct MapSize {
  std::string name;  ///< of the object's map
  std::uint32_t entries;
};

struct LoadPlan {
  std::variant<OneProgram, EveryProgram> programs;
  /// Where every map is pinned by its name. Without it, only those that the object declares
  /// LIBBPF_PIN_BY_NAME are, under `pinroot`, or beside the programs where that is "".
  std::string pinmaps = {};
  std::string pinroot = {};
  /// A program type for programs whose section says none ("xdp", "sched_cls", "classifier").
  std::string type = {};
  std::vector<Replacement> replacements = {};
  std::vector<MapSize> sizes = {};
  /// NAME=VALUE of each variable to set, and what knows how.
  std::vector<std::string> variables = {};
  SetVariable set_variable = {};
  /// Attach each program that says where by its section, and pin its link in its place.
  bool autoattach = false;
  /// The map whose entries iterators that are attached run over.
  std::optional<kernel::Map> over = {};
  VerifierLog log = VerifierLog::nothing;

  /// The directory that the programs are pinned in.
  std::string directory() const;
};

}  // namespace bpfmaps::object
