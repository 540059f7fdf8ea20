// SPDX-License-Identifier: BSD-2-Clause
// Network interfaces of this network namespace and the programs on them, attached by links or not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/facts.h"

namespace bpfmaps::kernel {

/// One program on one interface, in the words of the link that may hold it.
struct NetAttachment {
  std::uint32_t prog_id = 0;
  std::uint32_t ifindex = 0;
  std::string devname = {};
  std::string type = {};         ///< "xdp", "tcx" or "netkit"
  std::string attach_type = {};  ///< "tcx_ingress" and the like; "" with xdp
  std::string mode = {};         ///< "native", "generic" or "offload" with xdp, else ""

  /// ifindex, devname and attach_type, as link_facts() tells them.
  Facts where() const;
};

/// What RTM_GETLINK says of XDP, and BPF_PROG_QUERY of tcx (Linux 6.6) and netkit (Linux 6.7), on
/// interface `ifindex`, or on all of them for 0: in one dump, where libbpf's bpf_xdp_query() would
/// make one for each. ENODEV where this namespace has no such interface.
Result<std::vector<NetAttachment>> net_attachments(std::uint32_t ifindex = 0);

}  // namespace bpfmaps::kernel
