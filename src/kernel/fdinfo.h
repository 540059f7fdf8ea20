// SPDX-License-Identifier: BSD-2-Clause
// fdinfo: the lines of /proc/self/fdinfo/N that bpf(2) has no structure for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// The number behind `key` in lines of the form "key:\tvalue"; nothing where no line has that
/// very key (a later kernel may have one that only contains it) or it holds no number.
std::optional<std::uint64_t> fdinfo_number(std::string_view text, std::string_view key);

/// What bpf_map_show_fdinfo() of the kernel wrote.
MapFdInfo parse_map_fdinfo(std::string_view text);

}  // namespace bpfmaps::kernel
