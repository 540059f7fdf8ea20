// SPDX-License-Identifier: BSD-2-Clause
// Network interfaces of this network namespace and the programs on them, attached by links or not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/facts.h"
#include "kernel/link/xdp.h"

namespace bpfmaps::kernel {

/// One program on one interface, in the words of the link that may hold it.
struct NetAttachment {
  std::uint32_t prog_id = 0;
  std::uint32_t link_id = 0;  ///< tcx and netkit tell it; else 0
  Interface interface = {};
  std::string type = {};         ///< "xdp", "tcx", "netkit" or "tc"
  std::string attach_type = {};  ///< "tcx_ingress" and the like; "" with xdp
  std::string mode = {};         ///< "native", "generic" or "offload" with xdp, else ""
  Facts more = {};               ///< what tells filters of "tc" apart

  /// ifindex, devname and attach_type, as link_facts() tells them, and `more`.
  Facts where() const;
  /// "xdp", "tcx_ingress", "tc_egress".
  const std::string& hook() const { return attach_type.empty() ? type : attach_type; }
};

/// Which programs on interfaces are asked for. Those of tcx and netkit are told only with
/// CAP_NET_ADMIN.
enum class On : std::uint8_t { all, xdp };

/// What RTM_GETLINK says of XDP, and BPF_PROG_QUERY of tcx (Linux 6.6) and netkit (Linux 6.7), on
/// interface `ifindex`, or on all of them for 0: in one dump, where libbpf's bpf_xdp_query() would
/// make one for each. ENODEV where this namespace has no such interface.
Result<std::vector<NetAttachment>> net_attachments(std::uint32_t ifindex = 0, On on = On::all);

/// The same and the filters of traffic control, in the order in which a packet meets them: for each
/// interface first what comes in, then what goes out.
Result<std::vector<NetAttachment>> packet_path(std::uint32_t ifindex = 0);

}  // namespace bpfmaps::kernel
