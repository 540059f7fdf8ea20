// SPDX-License-Identifier: BSD-2-Clause
// Hooks: the places in the kernel where a program can be attached, by the names of the kernel's
// attach types, and what else each has to be told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps::kernel {

struct Hook {
  /// What says where: the network interface, the cgroup, the network namespace, the map of
  /// sockets, the event; or nothing, where the program was loaded for one place only.
  enum class Of : std::uint8_t {
    interface,
    cgroup,
    network,
    sockets,
    tc,         ///< a filter of traffic control on an interface
    netfilter,  ///< a hook of netfilter, with a family and a priority
    tracepoint,
    raw_tracepoint,
    kprobe,
    uprobe,
    perf_event,
    loaded,
  };
  std::string name = {};
  Of of = Of::loaded;
  std::uint32_t attach_type = 0;  ///< enum bpf_attach_type; 0 where a hook is told otherwise
  bool on_return = false;         ///< kretprobe and uretprobe: when the function returns
  std::string_view mode = {};     ///< of XDP, where an alias says it: "generic"
};

/// The hook called `name`: "xdp", "tcx_ingress", "cgroup_inet4_connect", "raw_tracepoint"... What
/// bpftool and the sections of libbpf call a hook is taken, too: "connect4", "cgroup/connect4",
/// "egress", "msg_verdict", "xdpgeneric".
std::optional<Hook> hook_named(const std::string& name);

/// Every hook that this program and the running kernel know by its own name, but the one without a
/// name.
std::vector<Hook> all_hooks();

/// Every attach type of a cgroup that this program and the running kernel know.
std::vector<std::uint32_t> cgroup_attach_types();

}  // namespace bpfmaps::kernel
