// SPDX-License-Identifier: BSD-2-Clause
// A file that is exchanged as a whole: whoever reads it sees the old content or the new one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace bpfmaps {

/// Writes `text` to a new file in the folder of `path`, with mode 0644, and gives it that name. A
/// file or symbolic link that was there is gone then; what is neither is refused. Nothing has
/// changed where it fails.
Status replace_file(const std::string& path, std::string_view text);

}  // namespace bpfmaps
