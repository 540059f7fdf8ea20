// SPDX-License-Identifier: BSD-2-Clause
// Nouns: some of the kinds of objects.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Some of them: a bit for each.
using Nouns = std::uint8_t;
inline constexpr Nouns kAllNouns = 7;
constexpr Nouns nouns(std::initializer_list<Noun> list) {
  unsigned set = 0;
  for (const Noun noun : list) set |= 1U << static_cast<unsigned>(noun);
  return static_cast<Nouns>(set);
}
constexpr bool has(Nouns set, Noun noun) { return (set & nouns({noun})) != 0; }

}  // namespace bpfmaps::kernel
