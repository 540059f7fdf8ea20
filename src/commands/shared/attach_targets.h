// SPDX-License-Identifier: BSD-2-Clause
// What prog attach and prog detach have in common: the words that say where.
#pragma once

#include "cli/request.h"
#include "kernel/link/attach_target.h"

namespace bpfmaps::commands {

/// The target that HOOK, MAP, dev, cgroup, event and the like name. Kind::usage where a word that
/// the hook needs is missing, or one is given that it does not take; without a HOOK where `prog`,
/// which may be null, was not loaded for one place only.
Result<kernel::AttachTarget> attach_target_from(const cli::Request& request,
                                                const kernel::Prog* prog);

/// What tells this target from the others of a program, as part of a pin's name: "eth0",
/// "eth0_tcx_ingress", "web_cgroup_device", "sched_switch", "bash_readline", "link".
std::string target_label(const kernel::AttachTarget& target);

}  // namespace bpfmaps::commands
