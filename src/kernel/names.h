// SPDX-License-Identifier: BSD-2-Clause
// Names of map, program, link and attach types and of flags: libbpf's, else the running kernel's
// own BTF enum, else "type 37".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps::kernel {

std::string map_type_name(std::uint32_t type);
std::string prog_type_name(std::uint32_t type);
std::string link_type_name(std::uint32_t type);
std::string attach_type_name(std::uint32_t type);

/// The kernel's enums whose values are named here.
enum class Enum : std::uint8_t { map_types, prog_types, link_types, attach_types, commands };
/// "xdp" for BPF_XDP, "prog_load" for BPF_PROG_LOAD; "" past the last value that libbpf and the
/// running kernel know.
std::string known_name(Enum of, std::uint32_t value);
/// The same without the running kernel's types, which take milliseconds to read.
std::string listed_name(Enum of, std::uint32_t value);

/// The type of that name, or -1.
int map_type_from_name(std::string_view name);
/// All that libbpf and the running kernel know, in the order of their numbers.
std::vector<std::string> map_type_names();

/// "no_prealloc", "rdonly_prog", ... for the BPF_F_* of map creation; unknown bits as "0x40000".
std::vector<std::string> map_flag_names(std::uint32_t flags);
/// The bit of that name, or 0.
std::uint32_t map_flag_from_name(std::string_view name);
/// Every flag name there is.
std::vector<std::string_view> all_map_flag_names();

/// "bpf_map_lookup_elem" for 1, ... and "" past the helpers that this build knows.
std::string_view helper_name(std::uint32_t helper);

}  // namespace bpfmaps::kernel
