// SPDX-License-Identifier: BSD-2-Clause
// The version of the program: that of the newest release in CHANGELOG.md.
#pragma once

#include <string_view>

namespace bpfmaps {

/// "MAJOR.MINOR.PATCH"; lives as long as the program.
std::string_view version();

}  // namespace bpfmaps
