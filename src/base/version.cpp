// SPDX-License-Identifier: BSD-2-Clause
#include "base/version.h"

namespace bpfmaps {

// CMake defines it for this file alone, so that a release compiles one file anew.
std::string_view version() { return BPFMAPS_VERSION; }

}  // namespace bpfmaps
