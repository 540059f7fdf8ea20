// SPDX-License-Identifier: BSD-2-Clause
// ProgRuns: how often programs ran, and how long, at the last two looks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/request.h"
#include "kernel/prog/prog_name.h"

namespace bpfmaps::commands {

/// One program between two looks.
struct RunStep {
  std::uint32_t id = 0;
  std::string type, name;
  std::uint64_t run_cnt = 0, run_time_ns = 0;  ///< since it was loaded, while they were counted
  std::string_view mark = {};                  ///< "new" or "gone": then there are no steps
  std::uint64_t runs = 0, ns = 0;              ///< since the look before
  std::uint64_t elapsed_ns = 0;                ///< from the one read to the other

  /// Runs a second, nanoseconds a run, and the part of one CPU's time; 0 where it did not run.
  double rate() const;
  double ns_per_run() const;
  double cpu_share() const;
};

class ProgRuns {
 public:
  /// Of the programs that `given` name, else of all there are. What it holds outlives this.
  explicit ProgRuns(std::vector<const cli::Given*> given) : given_(std::move(given)) {}

  /// Looks again. A program that was named and is not there is an error, after which everything is
  /// as it was.
  Status read();
  /// True once there are two looks to compare.
  bool can_compare() const { return snapshots_ > 1; }
  /// Each program of the last look, then those that are gone.
  std::vector<RunStep> steps() const;

 private:
  struct Runs {
    std::string type, name;
    std::uint64_t run_cnt, run_time_ns, read_ns;  // read_ns: CLOCK_MONOTONIC
  };
  using Look = std::map<std::uint32_t, Runs>;  // by program id

  void add(Look& look, const kernel::Prog& prog);

  std::vector<const cli::Given*> given_;
  kernel::ProgNames names_;
  Look before_, now_;
  int snapshots_ = 0;
};

}  // namespace bpfmaps::commands
