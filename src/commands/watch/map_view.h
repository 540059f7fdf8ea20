// SPDX-License-Identifier: BSD-2-Clause
// MapView: the changes of a map as rows of a table or as JSON lines, in an order that can be moved
// from column to column.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/request.h"
#include "commands/watch/loop.h"
#include "commands/watch/map_lines.h"
#include "commands/watch/row_history.h"
#include "entries/snapshots.h"
#include "layout/program.h"
#include "output/table.h"

namespace bpfmaps::commands {

class MapView final : public WatchRows {
 public:
  /// Honours --sort and --bits. `looks` outlives it. An error of Kind::usage for a field that there
  /// is not.
  static Result<std::unique_ptr<MapView>> make(const entries::MapSnapshots& looks,
                                               const cli::Request& request,
                                               const output::Style& style);

  WatchTable table(const WatchWindow& window) override;
  std::string lines(const std::string& ts, std::uint64_t most) override;
  std::string csv(const std::string& ts, std::uint64_t most, bool heading) override;
  void move_sort(int by) override;
  void reverse_sort() override;
  bool open(const WatchWindow& window, std::uint64_t row) override;
  std::vector<std::string> record(const output::Style& style) override;

  /// The map was looked at again.
  void looked() { is_new_ = true; }

 private:
  // A column to sort by.
  struct Choice {
    std::string heading;  // unlike that of every other one
    layout::ChangeOrder standing;
    layout::SortKey::Direction direction;
    std::optional<layout::Counter> counter = {};  // whose rate it is
    bool turned = false;                          // the other way round than it was chosen
  };
  // A column that shows a part of key or value.
  struct Field {
    layout::Column column;
    layout::Program text;
  };

  using Direction = layout::SortKey::Direction;
  // The entry, or the CPU's part of it, that a row is of.
  using RowName = std::string;

  MapView(const entries::MapSnapshots& looks, const cli::Request& request,
          const output::Style& style);
  Status choose(const std::string& sort);
  std::vector<Choice> choices() const;
  std::optional<Choice> choice() const;
  std::string rate_heading(const layout::Counter& counter) const;
  bool counts_bits(const layout::Counter& counter) const;
  Result<Choice> field_choice(const std::string& name, Direction direction) const;
  Choice rate_choice(const layout::Counter& counter, Direction direction) const;
  std::vector<layout::Change> select(const WatchWindow& window) const;
  void add_headings(WatchTable& table, bool on_screen, const std::optional<Choice>& sorted) const;
  std::vector<std::string> cells(const layout::Change& change, bool on_screen) const;
  RowMark mark_of(const layout::Change& change) const;
  RowName name_of(const layout::Change& change) const;
  void remember();

  const entries::MapSnapshots& snapshots_;
  const bool bits_, ascii_;
  std::vector<Field> fields_;
  MapLines lines_;
  std::optional<Choice> chosen_;
  std::string where_;  // JSON members that say which map it is
  RowHistory<RowName> history_;
  bool is_new_ = false;  // the last look is not in it yet
  std::optional<RowName> opened_;
  std::vector<layout::Counter> counters_;  // at the last look
};

}  // namespace bpfmaps::commands
