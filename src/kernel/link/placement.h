// SPDX-License-Identifier: BSD-2-Clause
// Placement: how a program is put among those that a hook runs.
#pragma once

#include <cstdint>

#include "kernel/handle.h"
#include "kernel/link/xdp.h"

namespace bpfmaps::kernel {

struct Placement {
  XdpMode mode = XdpMode::automatic;  ///< with XDP

  /// Among the programs of tcx, netkit (Linux 6.6, 6.7) and of one cgroup's hook (Linux 6.17).
  enum class Order : std::uint8_t { any, first, last, before, after };
  Order order = Order::any;
  const Prog* anchor = nullptr;  ///< with `before` and `after`

  /// In a cgroup: by a link, which goes together with others, or directly. `multi` goes together
  /// with programs of cgroups above and below, and with links; with `override` a cgroup below may
  /// have another program in its place.
  enum class Directly : std::uint8_t { no, multi, override };
  Directly directly = Directly::no;
};

}  // namespace bpfmaps::kernel
