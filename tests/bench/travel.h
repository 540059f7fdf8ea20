// SPDX-License-Identifier: BSD-2-Clause
// Contents that travel: import, save and copy beside programs that do nothing but the kernel's
// part.
#pragma once

#include <string>

namespace bpfmaps::bench {

/// Prints a table for the map `folder`/flows, which make_maps() has filled.
void run_travel(const std::string& folder);

}  // namespace bpfmaps::bench
