// SPDX-License-Identifier: BSD-2-Clause
// Scrape: all that is to be measured, from the command line and from settings, read at one time.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "cli/request.h"
#include "commands/metrics/map_target.h"

namespace bpfmaps::cli {
struct Table;
}

namespace bpfmaps::commands {

class Scrape {
 public:
  /// What the words of `request` and, with --config, its settings name. Every map and program
  /// where no map is named, and where `all` stands. Errors of settings name file and line.
  static Result<Scrape> from(const cli::Request& request, const cli::Table& table);

  struct Target {
    std::string where;  ///< "metrics.conf:3"; "" for the command line
    MapTarget map;
  };
  std::deque<Target>& targets() { return targets_; }

  /// Opens the maps, as far as they are there. Errors are those of their settings.
  Status open();
  /// Adds everything. What a map could not be read for is in failures(); an error is one of all.
  Status collect(output::MetricsText& to, std::uint64_t deadline_ns);
  const std::vector<Error>& failures() const { return failures_; }
  /// What of all maps and programs could not be looked up, and is left out.
  const std::vector<Error>& gaps() const { return gaps_; }

 private:
  Status add(cli::Request request, const std::string& where);
  Status add_settings(const std::string& path, const cli::Table& table);

  bool all_ = false, counts_ = false;
  std::deque<Target> targets_;
  std::vector<Error> failures_, gaps_;
};

}  // namespace bpfmaps::commands
