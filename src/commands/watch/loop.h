// SPDX-License-Identifier: BSD-2-Clause
// WatchLoop: looking at something again and again, until Ctrl-C or --count: on a screen that keys
// act on, in blocks of text, or as JSON or CSV. What is looked at is a WatchSource.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cli/request.h"
#include "commands/shared/context.h"
#include "output/table.h"

namespace bpfmaps::commands {

/// What became of a row since the look before.
enum class RowMark : std::uint8_t { changed, same, came, gone, down };

/// Some rows of what is watched, in the order that was asked for.
struct WatchTable {
  struct Row {
    std::vector<std::string> cells;  ///< a cell for each heading, terminal_safe
    RowMark mark = RowMark::changed;
  };

  std::vector<output::Table::Heading> headings;
  std::vector<Row> rows;
  std::uint64_t total = 0;        ///< rows there are, in this table or not
  std::size_t names = 1;          ///< columns at the front that say what a row is of
  std::size_t sorted = SIZE_MAX;  ///< the column that the rows are in the order of
};

/// Which rows are wanted.
struct WatchWindow {
  std::uint64_t first = 0, most = UINT64_MAX;
  bool still = false;      ///< those that did not change, too
  bool on_screen = false;  ///< with how each did at the last looks
};

/// The rows of what is watched, in an order that can be moved from column to column.
class WatchRows {
 public:
  virtual ~WatchRows() = default;

  virtual WatchTable table(const WatchWindow& window) = 0;
  /// One JSON object a line for each of the first `most` rows that changed; `ts` is when the look
  /// was.
  virtual std::string lines(const std::string& ts, std::uint64_t most) = 0;
  /// The same as lines of CSV, behind a line of headings where that is asked for.
  virtual std::string csv(const std::string& ts, std::uint64_t most, bool heading) = 0;
  /// Takes the column so many further on as the one to sort by.
  virtual void move_sort(int by) = 0;
  virtual void reverse_sort() = 0;
  /// Remembers the row of that number in the window's order; false where there is none.
  virtual bool open(const WatchWindow& window, std::uint64_t row) = 0;
  /// What there is to know of the row that was remembered now, a field a line.
  virtual std::vector<std::string> record(const output::Style& style) = 0;
};

/// What a session shows. It remembers the last look and the one before.
class WatchSource {
 public:
  virtual ~WatchSource() = default;

  /// Looks once more. Kind::not_found: it is gone, and the screen waits for it to come back.
  /// Kind::incomplete: this once it could not be read whole.
  virtual Status look() = 0;
  /// What happened since the look before that is no number, on one line; "" mostly.
  virtual std::string news() const { return {}; }
  /// What is watched, and what the last look found, on one line.
  virtual std::string title() const = 0;
  /// What the last look found. Another look may exchange it.
  virtual WatchRows& rows() = 0;
  /// The --where that holds, and another one for what is shown from now on; "" asks for all. After
  /// an error all is as it was.
  virtual std::string where() const = 0;
  virtual Status set_where(const std::string& where) = 0;
};

/// The options that every session takes.
struct WatchOptions {
  std::uint64_t interval_ns = 1'000'000'000;
  std::uint64_t count = UINT64_MAX;  ///< looks that are shown
  std::uint64_t top = UINT64_MAX;    ///< rows of each
  bool once = false;

  bool ends() const { return count != UINT64_MAX; }
};
/// Errors of Kind::usage: no such interval, or a form that has no end for what goes on without one.
Result<WatchOptions> watch_options(const cli::Request& request, const output::Style& style);

/// Looks at `watched` until it is told to end. The first look is only what the second one is
/// compared with. Fails where what is watched is gone and there is no screen to wait on.
Status run_watch_loop(WatchSource& watched, const WatchOptions& asked, Context& context);

}  // namespace bpfmaps::commands
