// SPDX-License-Identifier: BSD-2-Clause
// Numbers of the kernel's interface that are newer than the oldest headers this builds with, Linux
// 6.1's. Each stands here once, with the kernel that brought it. All are from
// include/uapi/linux/bpf.h of the kernel.
#pragma once

#include <cstdint>

namespace bpfmaps::kernel {

// enum bpf_map_type
inline constexpr std::uint32_t kMapCgrpStorage = 32;  // Linux 6.2
inline constexpr std::uint32_t kMapArena = 33;        // Linux 6.9
inline constexpr std::uint32_t kMapInsnArray = 34;    // Linux 6.19

// enum bpf_prog_type
inline constexpr std::uint32_t kProgNetfilter = 32;  // Linux 6.4

// enum bpf_link_type
inline constexpr std::uint32_t kLinkNetfilter = 10;    // Linux 6.4
inline constexpr std::uint32_t kLinkTcx = 11;          // Linux 6.6
inline constexpr std::uint32_t kLinkUprobeMulti = 12;  // Linux 6.6
inline constexpr std::uint32_t kLinkNetkit = 13;       // Linux 6.7
inline constexpr std::uint32_t kLinkSockmap = 14;      // Linux 6.10

// enum bpf_attach_type
inline constexpr std::uint32_t kTcxIngress = 46, kTcxEgress = 47;      // Linux 6.6
inline constexpr std::uint32_t kNetkitPrimary = 54, kNetkitPeer = 55;  // Linux 6.7

// What programs return
inline constexpr std::uint32_t kFlowDissectorContinue = 129;  // Linux 6.2

// Flags of paths
inline constexpr std::uint32_t kPathFd = 1U << 14;  // BPF_F_PATH_FD, Linux 6.5

// Flags of maps
inline constexpr std::uint32_t kStructOpsLink = 1U << 13;   // BPF_F_LINK, Linux 6.4
inline constexpr std::uint32_t kRingOverwrites = 1U << 19;  // BPF_F_RB_OVERWRITE, Linux 6.19

}  // namespace bpfmaps::kernel
