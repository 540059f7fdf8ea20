// SPDX-License-Identifier: BSD-2-Clause
// ScreenView: what a watch screen shows and what its keys do: which rows, which of them the cursor
// is on, a record, the keys, an expression that is typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/watch/loop.h"
#include "terminal/screen.h"
#include "terminal/wait.h"

namespace bpfmaps::commands {

class ScreenView {
 public:
  ScreenView(WatchSource& watched, std::uint64_t interval_ns, std::uint64_t top)
      : watched_(watched), interval_ns_(interval_ns), top_(top) {}

  /// Acts on a key; the waiter is told of what it asks for: another interval, a text.
  void act(terminal::Event event, terminal::Waiter& waiter);
  bool is_paused() const { return paused_; }
  /// Something for the second line, until `looks` more looks.
  void tell(std::string news, int looks);
  /// One more look was taken, at that time.
  void looked(std::uint64_t wall_ns);

  /// The lines of a screen of that size.
  std::vector<std::string> lines(const terminal::ScreenSize& size, output::Style style);

 private:
  void act_on_letter(char letter, terminal::Waiter& waiter);
  void act_on_text(terminal::Event event, terminal::Waiter& waiter);
  void change_interval(bool longer, terminal::Waiter& waiter);
  void move(std::int64_t by);
  void enter();
  WatchWindow window() const;
  std::string status(const WatchTable& table, std::size_t shown) const;
  std::string second_line() const;

  WatchSource& watched_;
  std::uint64_t interval_ns_;
  const std::uint64_t top_;
  std::uint64_t looked_at_ = 0;           // nanoseconds since 1970
  std::uint64_t first_ = 0, cursor_ = 0;  // rows
  std::uint64_t page_ = 1, total_ = 0;    // when it was drawn last
  bool paused_ = false, helps_ = false, shows_record_ = false, hides_still_ = false;
  std::optional<std::string> typed_;  // the expression, while it is
  std::string news_;
  int news_looks_ = 0;
};

}  // namespace bpfmaps::commands
