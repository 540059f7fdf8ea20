// SPDX-License-Identifier: BSD-2-Clause
// PinSet: several pins, and the directories they need, made together or not at all.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace bpfmaps::kernel {

/// Takes back what it made when it goes, last thing first, unless keep() was called.
class PinSet {
 public:
  PinSet() = default;
  ~PinSet();
  PinSet(const PinSet&) = delete;
  PinSet& operator=(const PinSet&) = delete;

  /// Makes sure that `path` is a directory in a bpffs, making it and those above it as needed.
  Status need_directory(const std::string& path);
  /// Pins `fd` at `path`; see pin().
  Status add(int fd, const std::string& path);
  /// All went well: what was made stays.
  void keep() { made_.clear(); }

 private:
  struct Made {
    std::string path;
    bool is_directory;
  };
  std::vector<Made> made_;
};

/// The directory part of `path`: "/a" for "/a/b" and "/a/b/", "." for "b".
std::string parent_of(const std::string& path);

}  // namespace bpfmaps::kernel
