// SPDX-License-Identifier: BSD-2-Clause
// Releases: with which Linux something of bpf(2) came.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace bpfmaps::object {

/// A release of Linux; 0.0 where none is known, or where every kernel with bpf(2) will do.
struct Linux {
  int major = 0, minor = 0;

  auto operator<=>(const Linux&) const = default;
  std::string text() const { return std::to_string(major) + "." + std::to_string(minor); }
};

Linux map_type_since(std::uint32_t type);   ///< enum bpf_map_type
Linux map_flag_since(std::uint32_t flag);   ///< one BPF_F_* of map creation
Linux prog_type_since(std::uint32_t type);  ///< enum bpf_prog_type
Linux helper_since(std::uint32_t helper);   ///< enum bpf_func_id
/// enum bpf_attach_type; of those that were not there before 5.2.
Linux attach_type_since(std::uint32_t type);

}  // namespace bpfmaps::object
