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
  end,      ///< Ctrl-C, SIGTERM, SIGHUP, `q`, or nobody reads standard output any
            ///< more
  pause,    ///< the space bar
  left,
  right,
  up,
  down,
  page_up,
  page_down,
  home,
  last,
  enter,
  escape,
  erase,  ///< the last character, of a text that is typed
  typed,  ///< a character: Waiter::character() is the next one
  ready,  ///< Asked::source can be read
};

/// Reads keys from what a terminal sends, whose sequences may come in pieces.
class Keys {
 public:
  /// Appends the events that `bytes` stand for, and the characters of those that are `typed`.
  void feed(std::string_view bytes, std::deque<Event>& events, std::deque<char>& typed);
  /// Whether a text is typed: then letters that mean something are letters like all others. A
  /// slash begins one by itself.
  void take_text(bool text) { text_ = text; }

 private:
  void end_sequence(char last, std::deque<Event>& events);

  std::string sequence_;  // begun and not whole
  bool text_ = false;
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

  /// From now on ticks come at this interval.
  void set_interval(std::uint64_t ns);
  /// See Keys::take_text().
  void take_text(bool text) { reader_.take_text(text); }
  /// The character that the last event stands for, which was `typed`.
  char character();

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
  Fd signals_, wake_;  // the ends of a pipe: signals come out of it, and their
                       // handler fills it
  std::vector<std::pair<int, struct sigaction>> saved_;
  Keys reader_;
  std::deque<Event> events_;
  std::deque<char> typed_;
};

}  // namespace bpfmaps::terminal
