// SPDX-License-Identifier: BSD-2-Clause
// Verdicts: what the number that a program returns means for its packet.
#pragma once

#include <cstdint>
#include <string_view>

namespace bpfmaps::kernel {

/// The name of what a program of type `prog_type` (enum bpf_prog_type) decided by returning
/// `retval`: "XDP_DROP", "TC_ACT_OK", "drop" or "pass" where the kernel has no names for them; ""
/// for numbers without a meaning, and for types whose number is no verdict.
std::string_view verdict_name(std::uint32_t prog_type, std::uint32_t retval);

/// Whether a packet goes on, here or elsewhere, after that.
bool lets_go_on(std::uint32_t prog_type, std::uint32_t retval);

}  // namespace bpfmaps::kernel
