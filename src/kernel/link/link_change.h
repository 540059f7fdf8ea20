// SPDX-License-Identifier: BSD-2-Clause
// Changing what a link holds: another program in its place, or nothing any more.
#pragma once

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Puts `prog` where the link's program runs, in one step: whatever comes by meets the one or the
/// other (BPF_LINK_UPDATE, Linux 5.7; XDP 5.9, iterators 5.8, tcx 6.6, sockmap 6.10). With `old`,
/// which may be null, only where the link holds that program at this moment. Errors are refusals:
/// Kind::invalid where the link holds another program than `old`, or does not take `prog`.
Status update_link(const Link& link, const Prog& prog, const Prog* old, const std::string& subject);

/// Takes the program away from where the link holds it (BPF_LINK_DETACH, Linux 5.9). The link
/// stays, attached to nothing. Kind::unsupported for links that can only be ended.
Status detach_link(const Link& link, const std::string& subject);

}  // namespace bpfmaps::kernel
