// SPDX-License-Identifier: BSD-2-Clause
// Reads the source tree for the tests that check its rules.
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "support/paths.h"

namespace bpfmaps {

inline const std::filesystem::path kTop = BPFMAPS_SOURCE_DIR;

/// One file of C or C++.
struct SourceFile {
  std::string path;  ///< from the top of the tree
  std::string room;  ///< the folder of src/; "" for main.cpp and for files outside src/
  std::vector<std::string> lines;
};

/// Every .cpp, .h and .c file below `folders`, which are named from the top of the tree.
inline std::vector<SourceFile> source_files(std::initializer_list<const char*> folders) {
  namespace fs = std::filesystem;
  std::vector<SourceFile> found;
  for (const char* folder : folders) {
    if (!fs::exists(kTop / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(kTop / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".h" && extension != ".c") continue;
      SourceFile source{fs::relative(entry.path(), kTop), {}, {}};
      const fs::path inside = fs::relative(entry.path(), kTop / "src");
      if (source.path.starts_with("src/") && inside.has_parent_path())
        source.room = *inside.begin();
      std::ifstream text(entry.path());
      for (std::string line; std::getline(text, line);) source.lines.push_back(line);
      found.push_back(std::move(source));
    }
  }
  return found;
}

/// What stands between the brackets or quotes of an #include; "" where `line` is none.
inline std::string included(const std::string& line) {
  if (!line.starts_with("#include")) return {};
  const std::size_t open = line.find_first_of("<\"");
  const std::size_t close = line.find_last_of(">\"");
  return open < close ? line.substr(open + 1, close - open - 1) : std::string();
}

}  // namespace bpfmaps
