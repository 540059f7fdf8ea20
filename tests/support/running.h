// SPDX-License-Identifier: BSD-2-Clause
// Running: the program while it runs, on a terminal of its own or with its output in a pipe. Tests
// wait for what it shows, never for a time.
#pragma once

#include <termios.h>

#include <functional>
#include <string>

#include "base/fd.h"

namespace bpfmaps::test {

enum class On { pipe, terminal };

class Running {
 public:
  /// Starts `bpfmaps LINE`, words with single spaces between. A terminal has `rows` of 100 columns.
  Running(const std::string& line, On on, int rows = 24);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// Waits until `holds` of all it has printed so far, a minute at most, doing `meanwhile` again
  /// and again; whether it came to hold.
  bool wait_for(
      const std::function<bool(const std::string&)>& holds,
      const std::function<void()>& meanwhile = [] {});
  /// The same for a text that the screen shows now, or that a pipe has got.
  bool shows(
      const std::string& text, const std::function<void()>& meanwhile = [] {});

  /// All that it printed; the last whole frame on the terminal, without colours.
  const std::string& out() const { return out_; }
  std::string screen() const;
  std::string err() const;

  void type(const std::string& keys) const;
  void resize(int rows, int columns) const;
  void signal(int number) const;
  pid_t pid() const { return program_; }
  /// Nobody reads its output any more.
  void hang_up() { output_.reset(); }
  /// How the terminal is set.
  termios modes() const;
  void change_modes(const std::function<void(termios&)>& change) const;
  /// Waits for its end: its exit code, 128 + signal where one ended it.
  int end();

 private:
  void read_some();

  pid_t leader_ = -1;   // of the program's session: a shell's part
  pid_t program_ = -1;  // until its end was asked for
  bool on_terminal_;
  Fd output_, errors_, report_;
  Fd terminal_;  // stays open here: its modes can be asked after
  std::string out_;
};

}  // namespace bpfmaps::test
