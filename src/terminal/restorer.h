// SPDX-License-Identifier: BSD-2-Clause
// TerminalRestorer: gives a terminal back when the program cannot do it any more, after kill -9 or
// a crash.
#pragma once

#include <sys/types.h>
#include <termios.h>

#include <string_view>

#include "base/fd.h"

namespace bpfmaps::terminal {

/// A child process that waits for the end of this one. Made while there is one thread.
class TerminalRestorer {
 public:
  /// When the process ends before this object does, the terminal `fd`, which was `before` and is
  /// `now`, is made what it was, and `leave` written to it. Modes that somebody else has changed
  /// meanwhile stay as they are.
  TerminalRestorer(int fd, const termios& before, const termios& now, std::string_view leave);
  ~TerminalRestorer();
  TerminalRestorer(const TerminalRestorer&) = delete;
  TerminalRestorer& operator=(const TerminalRestorer&) = delete;

 private:
  pid_t child_ = -1;
  Fd alive_;  // the child's end tells when this one is closed
};

}  // namespace bpfmaps::terminal
