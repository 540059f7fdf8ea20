// SPDX-License-Identifier: BSD-2-Clause
// Spread: how the CPUs' values of one field compare.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "layout/rows.h"

namespace bpfmaps::layout {

/// An unsigned integer of a value.
struct SpreadField {
  std::string name;
  std::uint32_t offset;  ///< bytes from the start of a CPU's value
  Node node;
};

/// Those that `spec` shows, and in arrays of more than single bytes the first 256 elements.
std::vector<SpreadField> spread_fields(const RowSpec& spec);

struct Spread {
  std::uint64_t sum = 0, least = UINT64_MAX, most = 0;
  std::size_t on = 0;  ///< the first of the CPUs that have the most, counted from 0

  /// How many times the mean the greatest value is; 0 where all are.
  double ratio(std::size_t cpus) const;
};

/// `cpus` values lie `slot` bytes apart from `values` on; at least one. A sum wraps, as the
/// counters themselves do.
Spread spread_of(const SpreadField& field, const unsigned char* values, std::size_t cpus,
                 std::size_t slot);

/// "1.33", in `room`.
std::string_view ratio_text(double ratio, std::array<char, 32>& room);

}  // namespace bpfmaps::layout
