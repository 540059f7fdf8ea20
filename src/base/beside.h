// SPDX-License-Identifier: BSD-2-Clause
// Parts of the program that are files of their own, for the one command that wants them.
#pragma once

#include <string>

#include "base/result.h"

namespace bpfmaps {

/// The part of the program called `name`: beside the program where it was built, in `folder`, a
/// path from there, where it was installed. A copy of the program can lie where others put files,
/// too: what they may have written is refused (base/trust.h). `missing` is the error where there is
/// none.
Result<std::string> find_beside(const std::string& name, const std::string& folder, Error missing);

}  // namespace bpfmaps
