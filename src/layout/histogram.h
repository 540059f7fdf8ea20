// SPDX-License-Identifier: BSD-2-Clause
// Histograms in maps: values with an array of counters, and maps that are one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/entries.h"
#include "base/result.h"
#include "layout/rows.h"
#include "output/histogram.h"

namespace bpfmaps::layout {

/// Rows that draw the one array of integers that each value has, below its key and its other
/// fields; of several arrays the one called slots, buckets or hist. Of --cpu each there is a
/// drawing for each CPU. For tables only. An error of Kind::usage where there is no such array.
Result<std::unique_ptr<Rows>> make_histogram_rows(const RowSpec& spec, output::Scale scale,
                                                  const output::Style& style);

/// Whether values have an array of integers, so that each of them is a histogram.
bool has_slots(const RowSpec& spec);

/// "`slots` looks like a histogram: --hist draws it", where one of its names says so; else "".
std::string histogram_hint(const RowSpec& spec);

/// Counts of a map whose entries are the counters: the key is the number of the element, the value
/// the one integer that `spec` shows of it.
class SlotCounts {
 public:
  /// An error of Kind::usage where keys or values are no such thing. `key` is that of the map.
  static Result<SlotCounts> make(const Layout* key, const RowSpec& spec, output::Scale scale);

  void add(const Entries& entries, std::uint64_t part);
  void merge(const SlotCounts& other);
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  /// A key that is no number of an element on that scale; nothing mostly.
  const std::optional<std::uint64_t>& stray() const { return stray_; }

 private:
  SlotCounts(const Node& key, const Node& value, std::uint32_t offset, std::uint64_t most)
      : key_(&key), value_(&value), offset_(offset), most_(most) {}

  const Node *key_, *value_;
  std::uint32_t offset_;
  std::uint64_t most_;
  std::vector<std::uint64_t> counts_;
  std::optional<std::uint64_t> stray_;
};

}  // namespace bpfmaps::layout
