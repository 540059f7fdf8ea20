// SPDX-License-Identifier: BSD-2-Clause
// WatchLoop: looking at something again and again, until Ctrl-C or --count: on a screen that keys
// act on, in blocks of text, or as JSON lines. What is looked at is a WatchSource.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "cli/request.h"
#include "commands/shared/context.h"
#include "output/table.h"

namespace bpfmaps::commands {

/// The rows of what is watched, in an order that can be moved from column to column.
class WatchRows {
 public:
  virtual ~WatchRows() = default;

  /// The first `most` rows in the order that was asked for. On a screen those without a change,
  /// too, and the heading tells the order.
  virtual output::Table table(std::uint64_t most, bool on_screen) = 0;
  /// One JSON object a line for each of the first `most` rows that changed; `ts` is when the look
  /// was.
  virtual void print_lines(output::Writer& out, const std::string& ts, std::uint64_t most) = 0;
  /// Takes the column so many further on as the one to sort by.
  virtual void move_sort(int by) = 0;
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
};

/// The options that every session takes.
struct WatchOptions {
  std::uint64_t interval_ns = 1'000'000'000;
  std::uint64_t count = UINT64_MAX;  ///< looks that are shown
  std::uint64_t top = UINT64_MAX;    ///< rows of each
  bool once = false;
};
/// Errors of Kind::usage: no such interval, or a form that cannot go on without an end.
Result<WatchOptions> watch_options(const cli::Request& request, const output::Style& style);

/// Looks at `watched` until it is told to end. The first look is only what the second one is
/// compared with. Fails where what is watched is gone and there is no screen to wait on.
Status run_watch_loop(WatchSource& watched, const WatchOptions& asked, Context& context);

}  // namespace bpfmaps::commands
