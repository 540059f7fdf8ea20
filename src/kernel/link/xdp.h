// SPDX-License-Identifier: BSD-2-Clause
// XDP programs on network interfaces: what is attached, and attaching and detaching.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// How an interface runs a program. `automatic` asks the kernel to choose: native where the
/// driver can, else generic.
enum class XdpMode : std::uint8_t { automatic, generic, native, offload };

/// "generic", "native", "offload"; "" for automatic.
std::string_view xdp_mode_name(XdpMode mode);
/// The mode of that name; automatic for "".
XdpMode xdp_mode_from_name(std::string_view name);

struct Interface {
  std::uint32_t index = 0;
  std::string name;
};

/// The interface of that name in this network namespace.
Result<Interface> interface_named(const std::string& name);

/// One program on an interface; there may be one beside it that is offloaded.
struct XdpAttached {
  XdpMode mode;
  std::uint32_t prog_id;
};

/// What is attached to the interface now, in whatever way; empty for nothing.
Result<std::vector<XdpAttached>> xdp_attached(const Interface& interface);

/// Puts `prog` in the place of `old`, which is attached to the interface in that mode and not held
/// by a link, in one step (XDP_FLAGS_REPLACE, Linux 5.7).
Status replace_xdp(const Prog& old, const Prog& prog, const Interface& interface, XdpMode mode);

/// Detaches `prog`, which is attached to the interface in that mode. EBUSY where a link holds it.
Status detach_xdp(const Prog& prog, const Interface& interface, XdpMode mode);

/// The flag of a link or a netlink message that asks for `mode`.
std::uint32_t xdp_flag(XdpMode mode);

}  // namespace bpfmaps::kernel
