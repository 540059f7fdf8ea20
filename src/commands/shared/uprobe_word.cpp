// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/uprobe_word.h"

#include <filesystem>

#include "base/number.h"
#include "object/function_offset.h"

namespace bpfmaps::commands {

Result<UprobeWord> parse_uprobe(const std::string& word) {
  const auto malformed = [&word] {
    return fail(Error::usage("`" + word + "` is no PATH:FUNCTION",
                             "as in /bin/bash:readline, readline+16 or /bin/bash:0x1234"));
  };
  const std::size_t colon = word.rfind(':');
  if (colon == word.npos || colon == 0 || colon + 1 == word.size()) return malformed();
  std::error_code failed;
  const auto path = std::filesystem::canonical(word.substr(0, colon), failed);
  if (failed) return fail(Error::from_errno(failed.value(), "find a file", word.substr(0, colon)));
  const std::string place = word.substr(colon + 1);
  if (const auto offset = parse_u64(place)) return UprobeWord{path, *offset};
  const std::size_t plus = place.find('+');
  std::uint64_t behind = 0;
  if (plus != place.npos) {
    const auto number = parse_u64(place.substr(plus + 1));
    if (!number) return malformed();
    behind = *number;
  }
  const std::uint64_t start = TRY(object::function_offset(path, place.substr(0, plus)));
  return UprobeWord{path, start + behind};
}

}  // namespace bpfmaps::commands
