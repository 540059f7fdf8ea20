// SPDX-License-Identifier: BSD-2-Clause
// Waiting: what a command that looks again and again waits for: its time, a key, or its end.
#pragma once

#include <signal.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::terminal {

enum class Event : std::uint8_t {
  tick,     ///< the interval is over
  resize,   ///< the terminal has another size
  suspend,  ///< Ctrl-Z: to be answered by stopping
  end,      ///< Ctrl-C, SIGTERM, SIGHUP, `q`, or nobody reads standard output any more
  pause,    ///< the space bar
  left,
  right,
  ready,  ///< Asked::source can be read
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
    std::uint64_t interval_ns;  ///< from one tick to the next; 0: there are none
    int output;                 ///< watched for readers that went away
    /// A terminal that keys are read from, or -1. With one no signal ends the process, since the
    /// terminal is to be given back first; without one the second of a kind does, so that what
    /// hangs in a write can be ended.
    int keys;
    int source = -1;  ///< one more descriptor to wait for, or -1
  };
  static Result<std::unique_ptr<Waiter>> make(const Asked& asked);
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Waits for another source from now on.
  void watch(int source) { source_ = source; }

  /// The next event. Ticks that were missed are one.
  Event wait();
  /// The next event but `ready`, within `most_ns`: nothing once that time is over.
  std::optional<Event> rest(std::uint64_t most_ns);
  /// The next event within `most_ns`.
  std::optional<Event> wait(std::uint64_t most_ns);

 private:
  Waiter(const Asked& asked, Fd timer, Fd signals, Fd wake);
  void look(const timespec* most, bool at_source);
  std::optional<Event> within(std::uint64_t most_ns, bool at_source);
  std::optional<Event> take();
  void read_signals();
  void read_keys();

  int output_, keys_, source_;
  Fd timer_;
  Fd signals_, wake_;  // the ends of a pipe: signals come out of it, and their handler fills it
  std::vector<std::pair<int, struct sigaction>> saved_;
  Keys reader_;
  std::deque<Event> events_;
};

}  // namespace bpfmaps::terminal
