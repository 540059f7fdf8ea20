// SPDX-License-Identifier: BSD-2-Clause
// Why a program could not be attached or detached, in words.
#pragma once

#include <string>

#include "kernel/link/attach_target.h"
#include "kernel/link/placement.h"

namespace bpfmaps::kernel {

/// "program 7 (native), program 9 (offload)" of XDP; "program 7 (pref 1 handle 1)" of filters;
/// "program 7, program 9" elsewhere; "" where nothing is attached, or it cannot be asked.
std::string attached_text(const AttachTarget& target);

/// What `code`, the errno of attaching `prog` there, means.
Error explain_attach(int code, const Prog& prog, const AttachTarget& target,
                     const Placement& placement);

/// `prog` is not attached there, but this is.
Error not_attached(const Prog& prog, const AttachTarget& target);

}  // namespace bpfmaps::kernel
