// SPDX-License-Identifier: BSD-2-Clause
// Numbers as people write them, for --human: three digits that count, and a unit. They write at a
// pointer with room for kLongestHuman bytes and return the end; no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bpfmaps {

inline constexpr std::size_t kLongestHuman = 32;

/// "47,873" below a million, then powers of 1000: "98.4 M".
char* write_human_count(char* to, std::uint64_t value);
/// "512 B", "9.8 KiB", "10 MiB": powers of 1024.
char* write_human_bytes(char* to, std::uint64_t bytes);
/// "850 ns", "8.6 µs" ("8.6 us" with `ascii`), "12.3 ms", "4.2 s", "5 min 3 s", "3 h 12 min",
/// "5 d 3 h".
char* write_human_duration(char* to, std::uint64_t nanoseconds, bool ascii);

std::string human_bytes(std::uint64_t bytes);

}  // namespace bpfmaps
