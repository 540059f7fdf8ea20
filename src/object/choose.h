// SPDX-License-Identifier: BSD-2-Clause
// Which programs of an opened object are to be loaded, as what type, and which of them are pinned.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "object/load_plan.h"
#include "object/open.h"

namespace bpfmaps::object {

struct ChosenPrograms {
  std::vector<bpf_program*> pinned;  ///< in the object's order; empty for an object of maps alone
  std::vector<std::string> remarks;  ///< what the user should know although nothing is wrong
};

/// Leaves autoload on for the programs that `plan` asks for and those that the object's tables
/// name, and gives a type to each whose section says none. Optional ones (SEC("?...")) are loaded
/// only by their name or for a table. `subject` is the object's name, for errors.
Result<ChosenPrograms> choose_programs(const Object& object, const std::string& subject,
                                       const LoadPlan& plan);

/// not_found where `name` is none of `names`, which are those of the object's maps or programs
/// (`what`).
Status check_named(const std::string& what, std::string_view name,
                   std::span<const std::string_view> names, const std::string& subject);

}  // namespace bpfmaps::object
