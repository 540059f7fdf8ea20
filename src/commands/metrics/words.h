// SPDX-License-Identifier: BSD-2-Clause
// What the verbs of `metrics` share: the words they take, and how they tell failures.
#pragma once

#include <array>
#include <vector>

#include "cli/command.h"
#include "commands/metrics/series_words.h"
#include "commands/shared/context.h"

namespace bpfmaps::commands {

inline constexpr cli::Operand kAllOperand{.keyword = "",
                                          .name = "all",
                                          .takes = cli::Takes::choice,
                                          .count = cli::Count::optional,
                                          .doc = "every map and program, beside the maps named",
                                          .choices = "all"};
inline constexpr cli::Operand kMapsOperand{.keyword = "",
                                           .name = "MAP",
                                           .takes = cli::Takes::map,
                                           .count = cli::Count::any_number,
                                           .doc = "a map whose values are wanted"};

/// `before`, then kSeriesOptions.
template <std::size_t N>
constexpr auto with_series_options(const cli::Option (&before)[N]) {
  std::array<cli::Option, N + std::size(kSeriesOptions)> all{};
  std::size_t at = 0;
  for (const cli::Option option : before) all[at++] = option;
  for (const cli::Option option : kSeriesOptions) all[at++] = option;
  return all;
}

/// "FAILURE: why" as remarks, those that were not told the last time; `told` remembers them.
void tell_failures(const std::vector<Error>& failures, std::vector<std::string>& told,
                   Context& context);

/// Refuses --json and its kin: metrics have forms of their own.
Status check_metric_form(const Context& context);

}  // namespace bpfmaps::commands
