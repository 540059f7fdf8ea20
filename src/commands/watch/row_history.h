// SPDX-License-Identifier: BSD-2-Clause
// RowHistory: what rows did at the last looks, to be drawn as a sparkline.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/bars.h"

namespace bpfmaps::commands {

template <class Name>
class RowHistory {
 public:
  static constexpr std::size_t kLooks = 30;
  /// Rows that are remembered at most.
  static constexpr std::size_t kMostRows = 20'000;

  /// A look begins, of what `of` names: what was remembered of something else is forgotten, and so
  /// are rows that were not there at the last look.
  void begin(std::string_view of) {
    if (of != of_) rows_.clear();
    of_ = of;
    std::erase_if(rows_, [this](const auto& row) { return row.second.look != look_; });
    ++look_;
  }
  /// What a row did at this look.
  void add(const Name& name, double value) {
    auto at = rows_.find(name);
    if (at == rows_.end()) {
      if (rows_.size() == kMostRows) return;
      at = rows_.emplace(name, Row{}).first;
    }
    Row& row = at->second;
    row.values[row.next % kLooks] = static_cast<float>(value);
    ++row.next;
    row.look = look_;
  }
  /// The last looks of a row, the latest on the right; "" where nothing is known.
  std::string drawn(const Name& name, bool ascii) const {
    const auto at = rows_.find(name);
    if (at == rows_.end()) return {};
    const Row& row = at->second;
    const float most = *std::max_element(row.values.begin(), row.values.end());
    std::string text;
    for (std::size_t i = row.next < kLooks ? 0 : row.next - kLooks; i < row.next; ++i)
      text += height(static_cast<double>(row.values[i % kLooks]), static_cast<double>(most), ascii);
    return text;
  }

 private:
  struct Row {
    std::array<float, kLooks> values = {};
    std::size_t next = 0, look = 0;
  };

  std::string of_;
  std::size_t look_ = 0;
  std::unordered_map<Name, Row> rows_;
};

}  // namespace bpfmaps::commands
