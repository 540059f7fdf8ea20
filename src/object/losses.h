// SPDX-License-Identifier: BSD-2-Clause
// Losses: what the kernel refused of an object that it loaded all the same. libbpf goes on without
// it and says so in warnings only.
#pragma once

#include <string>
#include <vector>

#include "kernel/log.h"

namespace bpfmaps::object {

/// What libbpf's warnings during a load that succeeded tell to be missing now, each a sentence with
/// what helps. `subject` is the object's name.
std::vector<std::string> losses(const kernel::Log& log, const std::string& subject);

/// Each line once, in the order in which they came.
std::vector<std::string> told_once(const std::vector<std::string>& lines);

}  // namespace bpfmaps::object
