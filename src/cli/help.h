// SPDX-License-Identifier: BSD-2-Clause
// --help at its three levels, from the command table.
#pragma once

#include <string>

#include "cli/request.h"

namespace bpfmaps::cli {

/// The whole program, one object, or one verb: whichever `request` named. At most 100 columns.
std::string help(const Table& table, const Request& request);

}  // namespace bpfmaps::cli
