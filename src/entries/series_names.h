// SPDX-License-Identifier: BSD-2-Clause
// What the series of a map's values are called, by the conventions of Prometheus.
#pragma once

#include <string>
#include <string_view>

#include "output/metrics.h"

namespace bpfmaps::entries {

/// "bpf_map_stats" for the map `stats`. The kernel keeps 15 bytes of a name: the last part of its
/// pin's path, or "", tells the rest.
std::string series_prefix(std::string_view map_name, std::string_view pin);

struct SeriesName {
  output::Metric metric;
  double scale = 1;  ///< from the field's unit to the metric's
};

/// `field` is a field's path, "" for a whole value. `unit` ("us") stands for what its last word
/// says, where it is not "".
SeriesName series_name(const std::string& prefix, std::string_view field, output::MetricType type,
                       std::string_view unit);

}  // namespace bpfmaps::entries
