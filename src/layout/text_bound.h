// SPDX-License-Identifier: BSD-2-Clause
// How much text a value can become: a union of many large members, or a long name in every element
// of an array, makes gigabytes of a few bytes, and whoever may load a map may have such types.
#pragma once

#include <cstdint>

#include "layout/layout.h"
#include "layout/rows.h"

namespace bpfmaps::layout {

/// Bytes of text that a value of `layout` takes at most, on one line.
std::uint64_t text_bound(const Layout& layout);

/// Of a row with such keys and values.
std::uint64_t text_bound(const RowSpec& rows);

/// Bytes of text that a value of `size` bytes may take: 1 MiB, and 256 for each of its own.
constexpr std::uint64_t most_text(std::uint32_t size) {
  return (std::uint64_t{1} << 20) + std::uint64_t{size} * 256;
}

}  // namespace bpfmaps::layout
