// SPDX-License-Identifier: BSD-2-Clause
// Histogram: counters of ranges as bars, with percentiles. Knows counts, not where they are from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "output/form.h"

namespace bpfmaps::output {

/// What element i counts.
enum class Scale : std::uint8_t {
  log2,    ///< what was 2^i to 2^(i+1)-1; element 0 counts 0, too
  linear,  ///< what was i
};

/// "log2", "linear"; nothing for another word.
std::optional<Scale> scale_from_name(std::string_view name);

/// The most elements that a scale has.
inline constexpr std::uint64_t kMostLog2 = 64, kMostLinear = 1 << 20;

/// Appends lines: a range, its count and a bar for each element between the first and the last one
/// that counted; of a linear scale for ranges of as many elements as make 40 lines or fewer. Then
/// the total, and in which range the 50th, 90th and 99th percentile lie.
void append_histogram(std::string& to, std::span<const std::uint64_t> counts, Scale scale,
                      const Style& style);

}  // namespace bpfmaps::output
