// SPDX-License-Identifier: BSD-2-Clause
// PATH:FUNCTION, PATH:FUNCTION+OFFSET or PATH:OFFSET: what a uprobe is set on.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace bpfmaps::commands {

struct UprobeWord {
  std::string path;          ///< whole, without symbolic links: as the kernel will name the file
  std::uint64_t offset = 0;  ///< in the file
};

/// Looks the function up in the file. Kind::usage where the word has no such form.
Result<UprobeWord> parse_uprobe(const std::string& word);

}  // namespace bpfmaps::commands
