// SPDX-License-Identifier: BSD-2-Clause
#include "object/builtins.h"

// Where bpf/embed.S.in puts the objects.
#define EMBEDDED(counter) extern "C" const std::byte bpfmaps_##counter[], bpfmaps_##counter##_end[]
EMBEDDED(xdp_stats_array);
EMBEDDED(xdp_stats_percpu);
EMBEDDED(xdp_pkt_cnt);
EMBEDDED(xdp_policy);
EMBEDDED(xdp_events);
#undef EMBEDDED

namespace bpfmaps::object {

std::span<const Builtin> builtins() {
#define CONTENTS(counter) \
  { bpfmaps_##counter, bpfmaps_##counter##_end }
  static const Builtin kBuiltins[] = {
      {"xdp_stats_array", "packets and bytes per verdict, in one array for all CPUs",
       CONTENTS(xdp_stats_array)},
      {"xdp_stats_percpu", "packets and bytes per verdict, in an array for each CPU",
       CONTENTS(xdp_stats_percpu)},
      {"xdp_pkt_cnt", "packets and bytes in a hash entry that the first packet makes",
       CONTENTS(xdp_pkt_cnt)},
      {"xdp_policy", "pass, drop, return or redirect by IPv4 source prefix, and count",
       CONTENTS(xdp_policy)},
      {"xdp_events", "drop by IPv4 source prefix, and tell of it through a ring buffer",
       CONTENTS(xdp_events)},
  };
#undef CONTENTS
  return kBuiltins;
}

const Builtin* find_builtin(std::string_view name) {
  for (const Builtin& builtin : builtins())
    if (builtin.name == name) return &builtin;
  return nullptr;
}

}  // namespace bpfmaps::object
