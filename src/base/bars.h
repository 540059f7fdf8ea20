// SPDX-License-Identifier: BSD-2-Clause
// Bars: numbers as lengths and heights, drawn with block characters or, with `ascii`, without.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bpfmaps {

/// A bar as long as `value` is of `most`, at most `columns` wide; no blanks behind it. What is
/// greater than 0 can be seen.
std::string bar(std::uint64_t value, std::uint64_t most, std::size_t columns, bool ascii);

/// One character as high as `value` is of `most`: the lowest for 0.
std::string height(double value, double most, bool ascii);

}  // namespace bpfmaps
