// SPDX-License-Identifier: BSD-2-Clause
// SeriesPlan: which series a map's entries are, settled before anything is read: what is a label,
// what is a number, and what each is called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "entries/typed_map.h"
#include "layout/program.h"
#include "output/metrics.h"

namespace bpfmaps::entries {

/// An array in which element i counts what was 2^i to 2^(i+1) - 1; the first one also counts 0, the
/// last one all that is greater.
struct HistogramOption {
  std::string field;
  std::string unit = {};  ///< of what was counted: "us"; or ""
};

struct SeriesOptions {
  std::string prefix = {};                                 ///< "": made of the map's name
  std::vector<std::pair<std::string, std::string>> names;  ///< fields, and what they are called
  /// Labels and their fields. None: those of the key, where that is safe.
  std::optional<std::vector<std::pair<std::string, std::string>>> labels = {};
  std::vector<std::string> counters = {}, gauges = {};
  std::vector<HistogramOption> histograms = {};
  std::optional<std::vector<std::string>> fields = {};  ///< none: all numbers of the value
  std::optional<std::string> where = {};
  std::optional<std::string> sort = {};  ///< beyond max_series the greatest are kept; none: nothing
  std::uint64_t max_series = 2000;
};

struct SeriesLabel {
  std::string name;
  std::string lead;  ///< what stands before its value: `,name="`
  layout::Program text;
  const layout::Node* ifindex = nullptr;  ///< its name is shown; null for all else
  std::uint32_t offset = 0;
  bool of_key = true;
};

/// Numbers that lie one behind another: one, or an array's.
struct SeriesField {
  output::Metric metric;
  const layout::Node* node;  ///< of one of them
  std::uint32_t offset;      ///< bytes from the start of the value
  std::uint32_t count = 1;
  bool is_array = false;  ///< each has a label `index`; of a histogram they are its buckets
  double scale = 1;
};

struct SeriesPlan {
  std::vector<SeriesLabel> labels;
  std::vector<SeriesField> fields;
  std::uint64_t series_an_entry = 0;
};

/// Errors are of Kind::usage for what was named and is wrong, and of Kind::unsupported for a map
/// without numbers or without types, and for one whose keys must be named: those of LRU maps, and
/// addresses, of which there is no end.
Result<SeriesPlan> plan_series(const TypedMap& typed, const SeriesOptions& options,
                               const MapOptions& map);

}  // namespace bpfmaps::entries
