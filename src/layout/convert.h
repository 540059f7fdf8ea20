// SPDX-License-Identifier: BSD-2-Clause
// From bytes to text, one small function a meaning; all write at a pointer with room enough and
// return the end. Sizes in the names' order: see kLongest* for the room they need.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bpfmaps::layout {

inline constexpr std::size_t kLongestScalar = 64;  ///< any number, address, prefix or pointer

char* write_hex_number(char* to, std::uint64_t value);                      ///< "0x1f"
char* write_wide(char* to, const unsigned char* bytes);                     ///< 16 bytes, "0x..."
char* write_bytes(char* to, const unsigned char* bytes, std::size_t size);  ///< "01 0a": 3 a byte
char* write_ipv4(char* to, const unsigned char* bytes);                     ///< "10.0.0.1"
char* write_ipv6(char* to, const unsigned char* bytes);                     ///< RFC 5952
char* write_mac(char* to, const unsigned char* bytes);                      ///< "02:00:00:00:00:01"
/// An LPM key: __u32 prefix length in host order, then the address. "10.0.0.0/8".
char* write_cidr4(char* to, const unsigned char* bytes);
char* write_cidr6(char* to, const unsigned char* bytes);

/// Text for people: as it is, with what a terminal could obey written as \xNN. 6 a byte.
char* write_terminal_text(char* to, const char* text, std::size_t size);
/// Text for programs: as it is, bytes that are no UTF-8 as U+FFFD. 3 a byte.
char* write_plain_text(char* to, const char* text, std::size_t size);

}  // namespace bpfmaps::layout
