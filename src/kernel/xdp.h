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

/// Attaches `prog` by a link, which holds it for as long as the link is open or pinned
/// (BPF_LINK_CREATE for XDP: Linux 5.9). Kind::exists where a program is attached already, with
/// its id in the error.
Result<Link> attach_xdp(const Prog& prog, const Interface& interface, XdpMode mode);

/// Detaches `prog`, which `attached` says is on the interface, whether a link holds it or not: a
/// link is forced to let go (BPF_LINK_DETACH, Linux 5.9), and its id is returned since its pins
/// remain; 0 where there was no link. Needs CAP_SYS_ADMIN for links, as every look at ids does.
Result<std::uint32_t> detach_xdp(const Prog& prog, const Interface& interface,
                                 const XdpAttached& attached);

}  // namespace bpfmaps::kernel
