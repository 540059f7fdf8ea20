// SPDX-License-Identifier: BSD-2-Clause
// measure(): how long a program takes and how much memory, with nothing of its output kept.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace bpfmaps::bench {

struct Cost {
  double seconds = 0;       ///< wall time of the best run
  double cpu_seconds = 0;   ///< user and system, the least of all runs
  long peak_kibibytes = 0;  ///< resident set at its largest, of that run
};

enum class Output { devnull, pipe };

/// Runs `words` `times` times. Throws when it fails: a figure of a failed run would be a lie.
Cost measure(const std::vector<std::string>& words, Output output, int times);

/// The same for a function in a process of its own.
Cost measure(const std::function<void()>& work, int times);

}  // namespace bpfmaps::bench
