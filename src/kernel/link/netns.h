// SPDX-License-Identifier: BSD-2-Clause
// Network namespaces: which there are beside this one, and looking into them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::kernel {

struct NetworkNamespace {
  std::uint32_t inode = 0;  ///< what links call it by
  std::string path = {};    ///< "/run/netns/blue" or "/proc/123/ns/net": nsenter --net=PATH enters
};

/// Those of other processes and those that are mounted where this process sees it. One that only a
/// descriptor or an interface holds is not found. `closed` are those that may not be entered,
/// because their processes have more rights than this one; `gap` is why others may be missing.
struct NetworkNamespaces {
  std::vector<NetworkNamespace> others = {};
  std::size_t closed = 0;
  std::optional<Error> gap = {};
};
NetworkNamespaces other_network_namespaces();

/// Calls `look` in that namespace, on a thread of its own, so that this one stays where it is.
/// Needs CAP_SYS_ADMIN.
Status look_into(const NetworkNamespace& other, const std::function<Status()>& look);

/// The inode number of the network namespace that this process is in; 0 without /proc.
std::uint32_t own_network_namespace();

}  // namespace bpfmaps::kernel
