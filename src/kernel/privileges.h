// SPDX-License-Identifier: BSD-2-Clause
// Giving up what a process need not have, for good.
#pragma once

#include <string>

#include "base/result.h"

namespace bpfmaps::kernel {

/// Of all capabilities keeps those with which maps are opened and read, as far as there are any:
/// CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON, CAP_DAC_READ_SEARCH. No program that it may start gets more
/// (no_new_privs).
Status keep_reading_privileges();

/// Becomes the user `name` (of /etc/passwd, or a number), with that user's group and no other,
/// where the caller is root; gives up all capabilities. Its memory is closed to others of that
/// user. Kind::not_found for no such user.
Status drop_all_privileges(const std::string& name);

}  // namespace bpfmaps::kernel
