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
#include "entries/snapshots.h"
#include "layout/program.h"
#include "output/table.h"

namespace bpfmaps::commands {

class MapView final : public WatchRows {
 public:
  /// Honours --sort and --bits. `looks` outlives it. An error of Kind::usage for a field that
  /// there is not.
  static Result<std::unique_ptr<MapView>> make(const entries::MapSnapshots& looks,
                                               const cli::Request& request,
                                               const output::Style& style);

  output::Table table(std::uint64_t most, bool on_screen) override;
  void print_lines(output::Writer& out, const std::string& ts, std::uint64_t most) override;
  void move_sort(int by) override;

 private:
  // A column to sort by.
  struct Choice {
    std::string heading;  // unlike that of every other one
    layout::ChangeOrder standing;
  };
  // A column that shows a part of key or value.
  struct Field {
    layout::Column column;
    layout::Program text;
  };

  MapView(const entries::MapSnapshots& looks, const output::Style& style, bool bits);
  Status choose(const std::string& sort);
  std::vector<Choice> choices() const;
  std::optional<Choice> choice() const;
  std::string rate_heading(const layout::Counter& counter) const;
  bool counts_bits(const layout::Counter& counter) const;
  void add_headings(std::vector<output::Table::Heading>& headings, bool on_screen,
                    const std::optional<Choice>& sorted) const;
  std::vector<std::string> cells(const layout::Change& change) const;

  const entries::MapSnapshots& snapshots_;
  const bool bits_;
  std::vector<Field> fields_;
  MapLines lines_;
  std::optional<Choice> chosen_;
  std::vector<layout::Counter> counters_;  // at the last look
};

}  // namespace bpfmaps::commands
