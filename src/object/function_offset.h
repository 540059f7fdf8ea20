// SPDX-License-Identifier: BSD-2-Clause
// Where a function of a program or shared library lies in its file: what a uprobe is set on.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace bpfmaps::object {

/// The offset in the file at `path`, a 64-bit ELF file of this machine's byte order. not_found
/// where it has no function of that name, as a stripped file has none but those it exports.
Result<std::uint64_t> function_offset(const std::string& path, const std::string& name);

}  // namespace bpfmaps::object
