// SPDX-License-Identifier: BSD-2-Clause
// BPF_PROG_QUERY: which programs a hook runs, in the order in which it runs them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"

namespace bpfmaps::kernel {

struct QueriedProg {
  std::uint32_t id = 0;
  std::uint32_t link_id = 0;  ///< tcx and netkit tell it; 0 elsewhere, and where no link holds it
};

struct Queried {
  std::vector<QueriedProg> progs = {};
  std::uint32_t flags = 0;  ///< BPF_F_ALLOW_OVERRIDE or BPF_F_ALLOW_MULTI of a cgroup's hook
};

/// What runs at `target`, the descriptor or interface index that goes with `attach_type`. `flags`
/// may be BPF_F_QUERY_EFFECTIVE, with cgroups: what runs there, whichever cgroup it is attached to.
/// Kind::unsupported (EINVAL) where the running kernel has no such hook there.
Result<Queried> query_progs(int target, std::uint32_t attach_type, std::uint32_t flags = 0);

}  // namespace bpfmaps::kernel
