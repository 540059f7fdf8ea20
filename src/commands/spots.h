// SPDX-License-Identifier: BSD-2-Clause
// What prog attach and prog detach have in common: the words that say where.
#pragma once

#include "cli/request.h"
#include "kernel/spot.h"

namespace bpfmaps {

/// The spot that HOOK, MAP, dev, cgroup and event name. Kind::usage where a word that the hook
/// needs is missing, or one is given that it does not take; without a HOOK where `prog` was not
/// loaded for one place only.
Result<kernel::Spot> spot_asked_for(const cli::Request& request, const kernel::Prog& prog);

/// What tells this spot from the others of a program, as part of a pin's name: "eth0",
/// "eth0_tcx_ingress", "web_cgroup_device", "sched_switch", "link".
std::string spot_label(const kernel::Spot& spot);

}  // namespace bpfmaps
