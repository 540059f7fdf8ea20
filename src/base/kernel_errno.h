// SPDX-License-Identifier: BSD-2-Clause
// Error numbers that bpf(2) returns and that no errno.h names.
#pragma once

namespace bpfmaps {

/// The kernel's internal "operation not supported" (include/linux/errno.h of the kernel).
inline constexpr int kEnotsupp = 524;

}  // namespace bpfmaps
