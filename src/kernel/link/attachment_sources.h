// SPDX-License-Identifier: BSD-2-Clause
// What Attachments asks beside links: each source looks only if it can run programs of a type that
// is wanted, and says what it could not look at.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "kernel/link/attachment.h"

namespace bpfmaps::kernel {

struct Sources {
  const std::set<std::uint32_t>& types;  ///< enum bpf_prog_type of the programs wanted
  std::function<void(Attachment)> found;
  /// Programs of `type` (0: of any) may run at a place that was not looked at.
  std::function<void(std::uint32_t type, std::string what)> unseen;
};

/// XDP, tcx, netkit, filters of traffic control, flow dissectors; in all network namespaces that
/// can be entered. In others than this one a place has `netns_ino` and `netns`, a path to enter by.
void find_on_interfaces(const Sources& sources);
/// Every cgroup of the hierarchy.
void find_in_cgroups(const Sources& sources);
/// Maps of sockets.
void find_on_sockets(const Sources& sources);
/// Registered struct_ops maps; `links` are theirs, by the map's id.
void find_in_struct_ops(const Sources& sources,
                        const std::map<std::uint32_t, std::uint32_t>& links);
/// prog_array, devmap and cpumap: how many entries of each map call the program.
void find_in_maps(const Sources& sources);
/// Perf events that processes have open.
void find_on_perf_events(const Sources& sources);
/// Whether programs of that type can be on perf events.
bool is_on_perf_events(std::uint32_t prog_type);

}  // namespace bpfmaps::kernel
