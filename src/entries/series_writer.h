// SPDX-License-Identifier: BSD-2-Clause
// SeriesWriter: entries of a map as samples, by a plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/buffer.h"
#include "entries/series_plan.h"
#include "layout/untold.h"

namespace bpfmaps::entries {

class SeriesWriter {
 public:
  /// All outlive it. `labels` go with each sample.
  SeriesWriter(const TypedMap& typed, const SeriesPlan& plan, const std::string& labels);

  /// Takes its families of `to`, which outlives it, for so many entries. Kind::exists where one of
  /// their names is taken by a family of another type.
  Status begin(output::MetricsText& to, std::uint64_t entries);
  void add(const unsigned char* key, const unsigned char* value);
  /// Entries left out because their labels are those of an entry before.
  std::uint64_t same() const { return same_; }

 private:
  void add_labels(const unsigned char* key, const unsigned char* value);
  void add_row(const unsigned char* value);

  const SeriesPlan& plan_;
  const std::string& base_;
  const layout::RowSpec spec_;
  std::vector<output::MetricFamily*> families_;   // of plan_.fields
  std::vector<std::vector<std::string>> bounds_;  // of histograms
  std::unordered_set<std::string> seen_;
  bool may_repeat_ = false;  // two keys can have the same labels
  std::uint64_t same_ = 0;
  std::uint64_t more_ = 0;  // entries behind the first one
  std::string labels_;
  Buffer text_;
};

}  // namespace bpfmaps::entries
