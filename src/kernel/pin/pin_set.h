// SPDX-License-Identifier: BSD-2-Clause
// PinSet: several pins, and the directories they need, made together or not at all.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/held_signals.h"
#include "base/result.h"

namespace bpfmaps::kernel {

/// Takes back what it made when it goes, last thing first, unless keep() was called. What somebody
/// has put in the place of a pin stays. From the first thing that it makes on, signals that would
/// end the process are held: they would leave half of the set. What takes long asks
/// HeldSignals::any().
class PinSet {
 public:
  PinSet() = default;
  ~PinSet();
  PinSet(const PinSet&) = delete;
  PinSet& operator=(const PinSet&) = delete;

  /// Makes sure that `path` is a directory in a bpffs, making it and those above it as needed: at
  /// most 64. A path that is longer than the kernel takes (PATH_MAX) is refused.
  Status need_directory(const std::string& path);
  /// Pins `fd` at `path`; see pin().
  Status add(int fd, const std::string& path);
  /// The pin at `path`, which add() made, stays whatever happens.
  void leave(const std::string& path);
  /// All went well: what was made stays.
  void keep();
  /// Nothing that was made stays. A signal that was held ends the process here.
  void take_back();
  bool holds_signals() const { return held_.has_value(); }

 private:
  void hold();
  /// Kind::exists where another process made one of them meanwhile.
  Status make_missing(const std::string& path);

  struct Made {
    std::string path;
    bool is_directory;
    ino_t inode = 0;  // of a pin; the kernel does not use a number again
  };
  std::vector<Made> made_;
  std::optional<HeldSignals> held_;  // gone after all is taken back
};

/// The directory part of `path`: "/a" for "/a/b" and "/a/b/", "." for "b".
std::string parent_of(const std::string& path);

}  // namespace bpfmaps::kernel
