// SPDX-License-Identifier: BSD-2-Clause
#include "object/losses.h"

#include <algorithm>

#include "base/text.h"

namespace bpfmaps::object {
namespace {

/// The kernel's last words on types that it refuses: libbpf prints its whole log between two marks.
std::string words_on_types(const std::vector<std::string>& lines) {
  std::string words;
  bool inside = false;
  for (const std::string& line : lines) {
    if (line.starts_with("-- BEGIN BTF LOAD LOG")) {
      inside = true;
      words.clear();
    } else if (line.starts_with("-- END BTF LOAD LOG")) {
      inside = false;
    } else if (inside) {
      words = line;
    }
  }
  return words.empty() ? "it gives no reason" : "`" + words + "`";
}

/// "m" of "Error in bpf_create_map_xattr(m):Invalid argument(-22). Retrying without BTF."
std::string map_without_types(const std::string& line) {
  if (line.find("Retrying without BTF") == line.npos) return {};
  const std::size_t open = line.find('('), close = line.find(')', open);
  return close == line.npos ? "" : line.substr(open + 1, close - open - 1);
}

}  // namespace

std::vector<std::string> losses(const kernel::Log& log, const std::string& subject) {
  const std::string way = ": `--btf " + shell_word(subject) + "` shows entries by field";
  std::vector<std::string> lost;
  for (const std::string& line : told_once(log.lines())) {
    if (line.starts_with("Error loading .BTF into kernel")) {
      lost.push_back("the kernel refuses the types of the object (" + words_on_types(log.lines()) +
                     "), so its maps have none" + way);
    } else if (const std::string map = map_without_types(line); !map.empty()) {
      lost.push_back("the kernel refuses the types of map " + map + way);
    }
  }
  return lost;
}

std::vector<std::string> told_once(const std::vector<std::string>& lines) {
  std::vector<std::string> once;
  for (const std::string& line : lines)
    if (std::ranges::find(once, line) == once.end()) once.push_back(line);
  return once;
}

}  // namespace bpfmaps::object
