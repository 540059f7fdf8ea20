// SPDX-License-Identifier: BSD-2-Clause
// MapLines: the changes of a map as JSON lines. Numbers are exact, and have no unit.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "layout/change.h"
#include "layout/rows.h"

namespace bpfmaps::commands {

class MapLines {
 public:
  /// Rows that are made of `spec`, whose layouts outlive this; with `cpu` where `per_cpu`.
  MapLines(const layout::RowSpec& spec, bool per_cpu, output::Style style);

  /// Appends
  /// {"ts":TS,WHERE,"key":K,"value":V,"delta":{FIELD:N,...},"rate":{FIELD:N,...}}
  /// and a line break; key and value as `map dump` prints them. `mark` stands
  /// behind them where the entry is new, gone, or a counter of it went down;
  /// the rate of that one is null.
  void append(const layout::Change& change, const std::vector<layout::Counter>& counters,
              const std::string& ts, const std::string& where, std::string& to);

  /// Lines of CSV: `ts`, `cpu` where each has its own, the columns of `map dump`, the change and
  /// the rate of each counter, and the mark. What there is not is empty.
  void append_csv_heading(const std::vector<layout::Counter>& counters, std::string& to);
  void append_csv(const layout::Change& change, const std::vector<layout::Counter>& counters,
                  const std::string& ts, std::string& to);

 private:
  const bool per_cpu_, string_ints_;
  const std::unique_ptr<layout::Rows> rows_, csv_;
  Buffer entry_;
};

}  // namespace bpfmaps::commands
