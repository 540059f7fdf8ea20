// SPDX-License-Identifier: BSD-2-Clause
// WatchedList: a list that is made anew at each look: which of its rows came, went, grew.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands/shared/list_query.h"
#include "commands/watch/loop.h"
#include "commands/watch/row_history.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// Makes the records of a list, all of them.
using CollectRecords = std::function<Result<std::vector<output::Record>>()>;

class WatchedList final : public WatchSource, private WatchRows {
 public:
  /// `query` tells which of the records are shown, their columns and their order; `noun` is what
  /// they are of, "map". A record is known by its field `id`, or `path` where that says more.
  WatchedList(ListQuery query, CollectRecords collect, std::string noun, std::string_view known_by,
              const output::Style& style);

  Status look() override;
  std::string title() const override;
  WatchRows& rows() override { return *this; }
  std::string where() const override { return query_.where(); }
  Status set_where(const std::string& where) override;

 private:
  struct Row {
    output::Record record;
    std::string name;  // what it is known by
    RowMark mark = RowMark::same;
    const output::Record* before = nullptr;  // at the look before; null where it was not there
  };

  WatchTable table(const WatchWindow& window) override;
  std::string lines(const std::string& ts, std::uint64_t most) override;
  std::string csv(const std::string& ts, std::uint64_t most, bool heading) override;
  void move_sort(int by) override;
  void reverse_sort() override;
  bool open(const WatchWindow& window, std::uint64_t row) override;
  std::vector<std::string> record(const output::Style& style) override;

  void compare();
  void remember();
  std::vector<const Row*> select(const WatchWindow& window) const;
  std::vector<output::Column> columns() const;
  std::string key_of(const output::Record& record) const;
  std::optional<double> growth(const Row& row, const output::Column& column) const;
  std::string cell(const Row& row, const output::Column& column) const;

  ListQuery query_;
  const CollectRecords collect_;
  const std::string noun_;
  const std::string_view known_by_;
  const output::Style style_;
  std::vector<output::Record> all_;               // of the last look
  std::map<std::string, output::Record> before_;  // of the look before, by name
  std::vector<Row> rows_;                         // in the list's order, those that went last
  std::set<std::string_view> moving_;             // fields of numbers that have changed so far
  std::optional<std::string> sorted_;             // the heading of a column; the list's own order
  bool descending_ = true, turned_ = false;
  int looks_ = 0;
  RowHistory<std::string> history_;
  std::optional<std::string> opened_;
};

/// What --watch asks of a list: nothing where it is not given. Kind::usage where an option goes
/// with --watch alone, or not with it.
Result<std::optional<WatchOptions>> list_watch_options(const cli::Request& request,
                                                       const output::Style& style);

/// The options of a list that can be watched.
template <cli::Option... Own>
inline constexpr std::array kWatchedListOptions =
    kListOptions<Own..., cli::Option::watch, cli::Option::interval, cli::Option::count,
                 cli::Option::once>;

}  // namespace bpfmaps::commands
