// SPDX-License-Identifier: BSD-2-Clause
// Screen: a terminal that is drawn over and over, and that is as it was when the Screen goes.
// Plain ECMA-48 and xterm's alternate screen; knows lines of text, not what they say.
#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <vector>

#include "output/writer.h"
#include "terminal/restorer.h"

namespace bpfmaps::terminal {

struct ScreenSize {
  int rows = 24, columns = 80;
};

class Screen {
 public:
  /// Takes over the terminal `fd`, which `out` writes to and keys come from.
  Screen(output::Writer& out, int fd);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  /// As the terminal is now.
  ScreenSize size() const;
  /// Draws `lines`, each no wider than the screen; those that do not fit are left out.
  void draw(const std::vector<std::string>& lines);
  /// Gives the terminal back, stops the process (Ctrl-Z), and takes it over when it goes on.
  void suspend();

 private:
  void enter();
  void leave();

  output::Writer& out_;
  int fd_;
  std::optional<termios> saved_;
  std::optional<TerminalRestorer> restorer_;  // while the terminal is taken over
};

}  // namespace bpfmaps::terminal
