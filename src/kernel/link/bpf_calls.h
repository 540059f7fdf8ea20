// SPDX-License-Identifier: BSD-2-Clause
// bpf(2) calls whose newer attributes libbpf 1.1 does not know, as the kernel takes them.
#pragma once

#include <linux/types.h>

#include <array>
#include <cstdint>

namespace bpfmaps::kernel {

// Flags that Linux 6.1's headers do not have.
inline constexpr std::uint32_t kBefore = 1U << 3;   // BPF_F_BEFORE, Linux 6.6
inline constexpr std::uint32_t kAfter = 1U << 4;    // BPF_F_AFTER, Linux 6.6
inline constexpr std::uint32_t kById = 1U << 5;     // BPF_F_ID, Linux 6.6
inline constexpr std::uint32_t kIsLink = 1U << 13;  // BPF_F_LINK, Linux 6.6

/// What follows the flags of BPF_LINK_CREATE, for the types of links that take more.
struct LinkOrder {             // tcx, netkit, cgroups
  std::uint32_t relative = 0;  ///< a descriptor or, with kById, an id
  std::uint32_t : 32;
  std::uint64_t expected_revision = 0;
};
struct LinkNetfilter {
  std::uint32_t pf = 0, hook = 0;
  std::int32_t priority = 0;
  std::uint32_t flags = 0;
};
struct LinkIter {
  __aligned_u64 info = 0;  ///< address of a bpf_iter_link_info
  std::uint32_t info_size = 0;
};

/// BPF_LINK_CREATE. An older kernel, which does not know all of it, takes zeros.
struct LinkCreate {
  std::uint32_t prog_fd = 0;  ///< of a map with struct_ops
  std::uint32_t target = 0;   ///< a descriptor or an interface's index
  std::uint32_t attach_type = 0;
  std::uint32_t flags = 0;
  union {
    std::array<std::uint64_t, 6> zeros = {};
    LinkOrder order;
    LinkNetfilter netfilter;
    LinkIter iter;
  };
};
/// The descriptor of the new link, or -1 and errno.
int link_create(const LinkCreate& what);

/// BPF_PROG_ATTACH.
struct ProgAttach {
  std::uint32_t target = 0;
  std::uint32_t prog_fd = 0;
  std::uint32_t attach_type = 0;
  std::uint32_t flags = 0;
  std::uint32_t replaced_fd = 0;  ///< with BPF_F_REPLACE
  std::uint32_t relative = 0;     ///< as in LinkCreate
  std::uint64_t expected_revision = 0;
};
/// 0, or -1 and errno.
int prog_attach(const ProgAttach& what);

}  // namespace bpfmaps::kernel
