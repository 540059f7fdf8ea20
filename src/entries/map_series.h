// SPDX-License-Identifier: BSD-2-Clause
// MapSeries: the entries of a map as series of Prometheus, read again and again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "entries/series_plan.h"
#include "entries/typed_map.h"
#include "layout/query.h"
#include "layout/sort_key.h"
#include "output/metrics.h"

namespace bpfmaps::entries {

/// Not movable: its plan points into its map.
class MapSeries {
 public:
  MapSeries(const MapSeries&) = delete;
  MapSeries& operator=(const MapSeries&) = delete;

  /// The values of a per-CPU map are added up unless `options.cpu` says otherwise; "each" has a
  /// label for each CPU. Nothing is read yet. Errors are those of plan_series().
  static Result<std::unique_ptr<MapSeries>> make(kernel::Map map, const MapOptions& options,
                                                 const SeriesOptions& series);

  const kernel::Map& map() const { return typed_->map; }
  const SeriesPlan& plan() const { return plan_; }

  /// Reads the map, and adds its series once all of it was read. `labels` go with each. Sets
  /// `dropped` to how many series were left out. Kind::incomplete at `deadline_ns`
  /// (CLOCK_MONOTONIC), and where the map has too many entries and none of them is to be kept.
  Status read(output::MetricsText& to, const std::string& labels, std::uint64_t deadline_ns,
              std::uint64_t& dropped);

 private:
  MapSeries(std::unique_ptr<TypedMap> typed, std::string subject)
      : typed_(std::move(typed)), subject_(std::move(subject)) {}

  std::unique_ptr<TypedMap> typed_;
  std::string subject_;
  SeriesPlan plan_;
  std::optional<layout::Query> query_;
  std::optional<layout::SortKey> order_;
  std::uint64_t most_entries_ = 0;
};

}  // namespace bpfmaps::entries
