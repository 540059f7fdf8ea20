// SPDX-License-Identifier: BSD-2-Clause
// Counters: the fields of a value whose growth is worth a rate, and by how much one has grown.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "layout/fields.h"
#include "layout/ordinal.h"

namespace bpfmaps::layout {

/// From one look at a counter to the next.
struct Growth {
  bool down = false;     ///< it is less than it was, and did not wrap
  std::uint64_t by = 0;  ///< how much more it is; how much less where it went down

  double signed_by() const { return down ? -static_cast<double>(by) : static_cast<double>(by); }
};

/// From `before` to `now` for a counter that starts over behind 2^bits - 1. A number that is less
/// wrapped where that takes no more than a sixteenth of its range; else somebody set it back, and
/// a huge growth would be a lie.
Growth growth(std::uint64_t before, std::uint64_t now, unsigned bits);

/// An integer of up to 64 bits in a value.
struct Counter {
  std::string path;  ///< as tables head it: "packets"
  Ordinal read;
  std::uint32_t offset;  ///< bytes from the start of the value
  unsigned bits;         ///< where it wraps: those of the field itself, though sums are wider
  bool is_wide;          ///< 64 bits in JSON

  Growth growth(const unsigned char* before, const unsigned char* now) const {
    return layout::growth(read.read_narrow(before + offset), read.read_narrow(now + offset), bits);
  }
};

/// The unsigned integers that may turn out to count: those in `shown` that tables have a heading
/// for, and of arrays of more than single bytes the first 256 elements. `stored` is the layout
/// before the values of CPUs were made one.
std::vector<Counter> possible_counters(const RowSpec& shown, const Layout& stored);

/// The counters that a user named; an array or a struct stands for all integers in it. Errors are
/// of Kind::usage: an unknown field, or no integer.
Result<std::vector<Counter>> named_counters(const RowSpec& shown, const Layout& stored,
                                            std::span<const std::string_view> names);

}  // namespace bpfmaps::layout
