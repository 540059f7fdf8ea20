// SPDX-License-Identifier: BSD-2-Clause
// Network interfaces of this network namespace and the programs on them, attached by links or not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/facts.h"

namespace bpfmaps::kernel {

/// "eth0"; "" where this namespace has no such interface.
std::string interface_name(std::uint32_t ifindex);

/// One program on one interface.
struct NetAttachment {
  std::uint32_t prog_id = 0;
  std::string type;  ///< "xdp" or "tcx"
  Facts where;       ///< as a link of that type tells it: ifindex, devname, tcx: attach_type
  std::string mode;  ///< with xdp: "native", "generic" or "offload"
};

/// What RTM_GETLINK says of XDP, and BPF_PROG_QUERY of tcx (Linux 6.6). One dump of all
/// interfaces: libbpf's bpf_xdp_query() would make one for each of them.
Result<std::vector<NetAttachment>> net_attachments();

}  // namespace bpfmaps::kernel
