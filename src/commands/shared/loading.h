// SPDX-License-Identifier: BSD-2-Clause
// What prog load and prog loadall have in common.
#pragma once

#include <algorithm>
#include <array>

#include "cli/command.h"
#include "commands/shared/context.h"
#include "object/load.h"

namespace bpfmaps::commands {

inline constexpr cli::Operand kLoadingOperands[] = {
    {"pinmaps", "DIR", cli::Takes::bpffs_dir, cli::Count::optional,
     "pin the maps there, by their names"},
    {"pinroot", "DIR", cli::Takes::bpffs_dir, cli::Count::optional,
     "pin the maps declared LIBBPF_PIN_BY_NAME there"},
    {"map name", "NAME MAP", cli::Takes::map_name, cli::Count::any_number,
     "use MAP in place of the one OBJ declares", "", cli::Takes::map},
    {"map idx", "N MAP", cli::Takes::number, cli::Count::any_number,
     "the same for the map at place N of `obj show`, from 0", "", cli::Takes::map},
    {"map", "NAME entries N", cli::Takes::map_name, cli::Count::any_number,
     "make that map of OBJ with N entries, whatever OBJ says", "", cli::Takes::number, "entries"},
    {"var", "NAME=VALUE", cli::Takes::variable, cli::Count::any_number,
     "give a global variable another value before loading"},
    {"autoattach", "", cli::Takes::nothing, cli::Count::optional,
     "attach where the section says, and pin the link instead"},
    {"over", "MAP", cli::Takes::map, cli::Count::optional,
     "with autoattach: the map whose entries an iterator runs over"},
};

/// The operands of a verb that loads: its own, then those all of them have.
template <std::size_t kOwn>
constexpr auto with_loading_operands(const cli::Operand (&own)[kOwn]) {
  std::array<cli::Operand, kOwn + std::size(kLoadingOperands)> all;
  std::copy(std::begin(kLoadingOperands), std::end(kLoadingOperands),
            std::copy(std::begin(own), std::end(own), all.begin()));
  return all;
}

/// Loads OBJ of `request` by `plan`, to which the keywords both verbs take are added, and prints
/// what is pinned now, one row for each.
Status load_and_print(const cli::Request& request, Context& context, object::LoadPlan plan);

}  // namespace bpfmaps::commands
