// SPDX-License-Identifier: BSD-2-Clause
// Programs that this network namespace itself runs, and the links that hold programs in it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kernel/facts.h"
#include "kernel/link/net.h"

namespace bpfmaps::kernel {

struct NetHook {
  std::uint32_t prog_id = 0;
  std::uint32_t link_id = 0;
  std::string attach_type = {};  ///< "flow_dissector", "sk_lookup" or "netfilter"
  Facts where = {};  ///< of netfilter: pf ("ipv4"), hook ("local_in"), prio; netns where not known
  std::pair<std::int64_t, std::int64_t> order = {};  ///< of a small one comes first
};

struct NetHooks {
  std::vector<NetHook> hooks = {};       ///< in the order in which packets meet them
  std::vector<std::string> unseen = {};  ///< what could not be looked at

  /// The link that holds an XDP program on its interface; 0 where none is known to.
  std::uint32_t link_of_xdp(const NetAttachment& one) const;

  struct XdpLink {
    std::uint32_t id, prog_id, ifindex;
  };
  std::vector<XdpLink> xdp_links = {};
};

/// Of this network namespace. Links are listed for it, which needs CAP_SYS_ADMIN.
NetHooks net_hooks();

}  // namespace bpfmaps::kernel
