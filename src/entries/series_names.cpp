// SPDX-License-Identifier: BSD-2-Clause
#include "entries/series_names.h"

#include <algorithm>
#include <iterator>

#include "output/metric_name.h"

namespace bpfmaps::entries {
namespace {

constexpr std::size_t kKeptName = 15;

// What every map has.
constexpr std::string_view kOwn[] = {"bpf_map_entries",      "bpf_map_max_entries",
                                     "bpf_map_memory_bytes", "bpf_map_success",
                                     "bpf_map_read_seconds", "bpf_map_series_dropped"};

}  // namespace

std::string series_prefix(std::string_view map_name, std::string_view pin) {
  const bool cut = map_name.size() == kKeptName && pin.starts_with(map_name);
  std::string_view name = cut || map_name.empty() ? pin : map_name;
  if (name.empty()) name = "unnamed";
  return "bpf_map_" + output::snake_case(name);
}

SeriesName series_name(const std::string& prefix, std::string_view field, output::MetricType type,
                       std::string_view unit) {
  const std::string words = field.empty() ? "" : output::snake_case(field);
  output::UnitName named = output::split_unit(words);
  if (!unit.empty()) {
    std::string name = std::move(named.name);
    named = output::unit_of(unit);
    named.name = std::move(name);
  }
  std::string name = prefix;
  if (!named.name.empty()) name.append("_").append(named.name);
  const bool counts = type == output::MetricType::counter;
  if (counts && name.ends_with("_total")) name.resize(name.size() - 6);
  name = output::with_unit(std::move(name), named.unit);
  if (!counts) {
    if (field.empty() && type == output::MetricType::gauge) name += "_value";
    name = output::gauge_name(std::move(name));
    if (std::ranges::count(kOwn, name) != 0) name += "_value";
  }
  return {{.name = std::move(name), .type = type, .unit = std::move(named.unit)}, named.scale};
}

}  // namespace bpfmaps::entries
