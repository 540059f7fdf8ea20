// SPDX-License-Identifier: BSD-2-Clause
// Fitting a table to a terminal: whole columns are left out, texts are shortened, numbers never.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "output/form.h"

namespace bpfmaps::output {

struct FitColumn {
  std::size_t natural = 0;  ///< columns of the terminal that its longest cell takes
  std::size_t least = 0;    ///< fewer are no use
  std::uint8_t rank = 0;    ///< those with the greatest are left out first; with 0, never
  bool may_shrink = false;  ///< below `least` where nothing else is left to leave out
};

/// Spaces between two columns.
inline constexpr std::size_t kGap = 2;

/// How wide each column becomes on a terminal of `width` columns; 0 is left out. With a width of 0
/// all are as wide as they like. Where not even those that should stay fit, the last ones go; one
/// column of numbers that is wider than the terminal stays.
std::vector<std::size_t> fit(std::span<const FitColumn> columns, std::size_t width);

/// What stands for what was cut off: one column wide.
constexpr std::string_view cut_mark(bool ascii) { return ascii ? "~" : "…"; }

/// `text` in at most `width` columns: a path is shortened in its middle, all else at its end.
std::string shortened(std::string text, std::size_t width, const Style& style);
/// The same for a list with commas, of which whole elements are left out where there are several.
std::string shortened_list(std::string text, std::size_t width, const Style& style);

}  // namespace bpfmaps::output
