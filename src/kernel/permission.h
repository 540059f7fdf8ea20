// SPDX-License-Identifier: BSD-2-Clause
// What to do about EPERM: being root is the answer only for those who are not.
#pragma once

#include <string>

namespace bpfmaps::kernel {

/// `otherwise` ("run as root, or with CAP_BPF") for a process that is not root. For root: which of
/// the capabilities that bpf(2) asks for it lacks, or what else may forbid it.
std::string permission_hint(std::string otherwise);

}  // namespace bpfmaps::kernel
