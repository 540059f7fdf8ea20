// SPDX-License-Identifier: BSD-2-Clause
// Patterns of paths: the pins of maps that '/sys/fs/bpf/tc/*' stands for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bpfmaps::kernel {

/// Whether `path` has a sign of patterns: * ? [.
bool is_pattern(std::string_view path);

/// The pins of maps whose paths match `pattern` as a shell matches them, sorted; a pin whose path
/// is `pattern` itself is the only one. Pins of other things are passed over. not_found where there
/// is no such map; an error, too, where one that matches, or a directory on the way, cannot be
/// opened: then nobody knows what is there.
Result<std::vector<std::string>> map_pins_like(const std::string& pattern);

}  // namespace bpfmaps::kernel
