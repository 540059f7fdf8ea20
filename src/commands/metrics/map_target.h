// SPDX-License-Identifier: BSD-2-Clause
// MapTarget: a map that somebody named, measured again and again. A path is followed: what is
// pinned there at the time of a reading is read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cli/request.h"
#include "entries/map_series.h"

namespace bpfmaps::commands {

/// What is said of all maps that were named.
struct TargetFamilies {
  explicit TargetFamilies(output::MetricsText& to);
  output::MetricFamily &success, &seconds, &dropped;
};

class MapTarget {
 public:
  /// `map` is one of those in `request`.
  MapTarget(std::shared_ptr<const cli::Request> request, const cli::Selector& map,
            entries::SeriesOptions options);

  /// How it was named: "/sys/fs/bpf/xdp/stats".
  const std::string& name() const { return name_; }
  /// Opens the map that is there now, unless it is open. A map that is gone is let go of.
  Status open();
  /// Null unless it is open.
  const entries::MapSeries* series() const { return series_.get(); }
  /// Adds its series, and what became of the reading. An error where it could not be read; then
  /// that is all that was added.
  Status add_to(output::MetricsText& to, TargetFamilies& about, std::uint64_t deadline_ns);

 private:
  Status make(kernel::Map map);

  std::shared_ptr<const cli::Request> request_;
  const cli::Selector& map_;
  entries::SeriesOptions options_;
  std::string name_, labels_;
  std::unique_ptr<entries::MapSeries> series_;
};

}  // namespace bpfmaps::commands
