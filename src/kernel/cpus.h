// SPDX-License-Identifier: BSD-2-Clause
// The possible CPUs: a per-CPU value has one slot for each, in this order.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"

namespace bpfmaps::kernel {

/// The numbers in /sys/devices/system/cpu/possible. With holes in the mask the n-th slot belongs
/// to the n-th number, not to CPU n.
Result<std::vector<std::uint32_t>> possible_cpus();

/// The CPUs that run now.
Result<std::vector<std::uint32_t>> online_cpus();

/// "0-3,5" as numbers; an error where the text is none.
Result<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text);

}  // namespace bpfmaps::kernel
