// SPDX-License-Identifier: BSD-2-Clause
// Releases: with which Linux something of bpf(2) came.
#pragma once

#include <cstdint>

#include "kernel/release.h"

namespace bpfmaps::object {

using kernel::Linux;

Linux map_flag_since(std::uint32_t flag);   ///< one BPF_F_* of map creation
Linux prog_type_since(std::uint32_t type);  ///< enum bpf_prog_type
Linux helper_since(std::uint32_t helper);   ///< enum bpf_func_id
/// enum bpf_attach_type; of those that were not there before 5.2.
Linux attach_type_since(std::uint32_t type);

}  // namespace bpfmaps::object
