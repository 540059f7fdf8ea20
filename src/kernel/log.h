// SPDX-License-Identifier: BSD-2-Clause
// What libbpf says while a Log lives: kept instead of printed, since most of it matters only when
// something fails.
#pragma once

#include <string>
#include <vector>

namespace bpfmaps::kernel {

/// `line` with the words for an errno in the place of "ERROR: strerror_r(-524)=22", which libbpf
/// writes for numbers that the C library has none for.
std::string in_words(std::string line);

/// Takes libbpf's output for its lifetime; what was in force before comes back at its end.
/// libbpf has one output for the whole process: one Log at a time, and one thread that calls
/// libbpf.
class Log {
 public:
  Log();
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// The warnings so far, one per line and without libbpf's prefix.
  const std::vector<std::string>& lines() const { return lines_; }
  /// The last line that says why, and not only what, failed; "" when there is none. Without the
  /// error numbers at its end.
  std::string reason() const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace bpfmaps::kernel
