// SPDX-License-Identifier: BSD-2-Clause
// The man pages, from the command table: bpfmaps(8) and one page for each object.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

namespace bpfmaps::cli {

/// The mdoc(7) source of bpfmaps-`object`(8), or of bpfmaps(8) where `object` is "".
std::string man_page(const Table& table, std::string_view object);

}  // namespace bpfmaps::cli
