// SPDX-License-Identifier: BSD-2-Clause
// What a fuzz target is: a function that libFuzzer, or replay.cpp without it, calls with one input
// after the other. A finding is a crash; expect() makes one of a property that does not hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace bpfmaps::fuzz {

inline void expect(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "this does not hold: %s\n", property);
  std::abort();
}

}  // namespace bpfmaps::fuzz
