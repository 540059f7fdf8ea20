// SPDX-License-Identifier: BSD-2-Clause
// The line on a terminal that says how far a long work is. Nothing where standard error is no
// terminal, or where the work takes less than a second.
#pragma once

#include <cstdint>
#include <string>

namespace bpfmaps::commands {

class ProgressLine {
 public:
  /// "written", of `total` entries; 0 where nobody knows.
  ProgressLine(std::string done, std::uint64_t total);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::uint64_t count);

 private:
  const std::string done_;
  const std::uint64_t total_, started_ns_;
  const bool is_terminal_;
  std::uint64_t shown_ns_ = 0;
};

}  // namespace bpfmaps::commands
