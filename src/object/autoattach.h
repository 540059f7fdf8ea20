// SPDX-License-Identifier: BSD-2-Clause
// Attaching a loaded program where its section says.
#pragma once

#include <bpf/libbpf.h>

#include <memory>

#include "base/result.h"
#include "kernel/handle.h"

namespace bpfmaps::object {

struct DestroyLink {
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
/// Detaches when it goes, unless it is pinned and let go.
using AttachedLink = std::unique_ptr<bpf_link, DestroyLink>;

/// The link that holds `program` where its section says ("tp/sched/sched_switch", "iter/task"), or
/// null where libbpf cannot tell: "xdp" names no interface. An iterator runs over the entries of
/// `over`, which may be null.
Result<AttachedLink> autoattach(const bpf_program* program, const kernel::Map* over);

/// `link` is pinned: it stays when this process is gone.
void let_go(AttachedLink link);

}  // namespace bpfmaps::object
