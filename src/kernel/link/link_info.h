// SPDX-License-Identifier: BSD-2-Clause
// What a link says of itself beyond its id and program: where it is attached, by bpftool's names.
#pragma once

#include "kernel/facts.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Whether the interface of a link is named, for which the interfaces are asked what runs on them.
enum class Interfaces : bool { unnamed, named };

/// The facts of a link of any type up to Linux 6.18's, in the order bpftool shows them; none for
/// types that tell nothing or are not known. What an older kernel does not tell is left out, and
/// so are cookies that are 0. Costs up to three system calls, and reading /proc/kallsyms for
/// kprobe_multi. A text that cannot be had is Untold.
Result<Facts> link_facts(const Link& link, Interfaces interfaces = Interfaces::named);

/// Whether what the link was attached to is gone, or it was detached: links of interfaces, cgroups,
/// network namespaces and maps of sockets tell, all others are taken to be attached.
Result<bool> is_detached(const Link& link);

}  // namespace bpfmaps::kernel
