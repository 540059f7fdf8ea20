// SPDX-License-Identifier: BSD-2-Clause
// --help at its three levels, from the command table.
#pragma once

#include <string>

#include "cli/request.h"

namespace bpfmaps::cli {

/// The whole program, one object, one verb or a topic: whichever `request` named. On lines of at
/// most `width` columns, and of 100; 0: of 100.
std::string help(const Table& table, const Request& request, int width = 0);

}  // namespace bpfmaps::cli
