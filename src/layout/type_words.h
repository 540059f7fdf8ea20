// SPDX-License-Identifier: BSD-2-Clause
// What the name of a field or type says of its bytes. Names count by their words: `eth_src` and
// `srcMac` speak of Ethernet and MAC, `method` and `machine` do not.
#pragma once

#include <cstdint>
#include <string_view>

namespace bpfmaps::layout {

/// Whether six bytes of that name are a MAC address: `mac`, `smac`, `dst_mac`, `eth`, `h_dest`...
bool speaks_of_mac(std::string_view name);

/// Whether a number in network order of that name, or of a type of that name, is an IPv4 address:
/// `addr` stands in it (`saddr`, `address`), or one of its words starts with `ip` (`src_ip`,
/// `ipv4_dst`, `clientIp`).
bool speaks_of_address(std::string_view name);

/// Whether 64 bits of that name are likely a point in time, which no sum has a meaning of: a word
/// of it is `ns` or `ts`, or `time` or `seen` stands in it, and none says that it adds up.
bool speaks_of_time(std::string_view name);

/// What a number of that name is a number of.
enum class Unit : std::uint8_t {
  none,  ///< it stands for something: an id, a port, flags
  count,
  bytes,
  nanoseconds,
  microseconds,
  milliseconds,
};

/// `rx_bytes`, `run_time_ns`, `delay_us`; ids, ports, flags and their like have none, and all else
/// counts.
Unit unit_of(std::string_view name);

}  // namespace bpfmaps::layout
