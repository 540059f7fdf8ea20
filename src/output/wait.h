// SPDX-License-Identifier: BSD-2-Clause
// Waiting: what a command that looks again and again waits for: its time, a key, or its end.
#pragma once

#include <signal.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::output {

enum class Event : std::uint8_t {
  tick,     ///< the interval is over
  resize,   ///< the terminal has another size
  suspend,  ///< Ctrl-Z: to be answered by stopping
  end,      ///< Ctrl-C, SIGTERM, SIGHUP, `q`, or nobody reads standard output any more
  pause,    ///< the space bar
  left,
  right,
};

/// Reads keys from what a terminal sends, whose sequences may come in pieces.
class Keys {
 public:
  /// Appends the events that `bytes` stand for.
  void feed(std::string_view bytes, std::deque<Event>& events);

 private:
  std::string sequence_;  // begun and not whole
};

/// While it lives, signals that would end or stop the process become events, but for those that
/// were ignored before. There is one at a time.
class Waiter {
 public:
  struct Asked {
    std::uint64_t interval_ns;  ///< from one tick to the next
    int output;                 ///< watched for readers that went away
    /// A terminal that keys are read from, or -1. With one no signal ends the process, since the
    /// terminal is to be given back first; without one the second of a kind does, so that what
    /// hangs in a write can be ended.
    int keys;
  };
  static Result<std::unique_ptr<Waiter>> make(const Asked& asked);
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// The next event. Ticks that were missed are one.
  Event wait();

 private:
  Waiter(const Asked& asked, Fd timer, Fd signals, Fd wake);
  void read_signals();
  void read_keys();

  int output_, keys_;
  Fd timer_;
  Fd signals_, wake_;  // the ends of a pipe: signals come out of it, and their handler fills it
  std::vector<std::pair<int, struct sigaction>> saved_;
  Keys reader_;
  std::deque<Event> events_;
};

}  // namespace bpfmaps::output
