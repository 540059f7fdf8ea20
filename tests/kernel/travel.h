// SPDX-License-Identifier: BSD-2-Clause
// What tests of contents that travel share: a folder for files, and text in an order of its own.
#pragma once

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "support/must.h"

namespace bpfmaps::test {

// A folder of the test's own.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/bpfmaps_travel_XXXXXX";
    must(mkdtemp(name) == nullptr ? -1 : 0, "mkdtemp");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string sorted(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::ranges::sort(lines);
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

// The lines of entries in a saved file, in an order that does not depend on the kernel's hash.
inline std::string entry_lines(const std::string& saved) {
  return sorted(saved.substr(saved.find('\n') + 1));
}

}  // namespace bpfmaps::test
