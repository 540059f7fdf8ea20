// SPDX-License-Identifier: BSD-2-Clause
#include "terminal/restorer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace bpfmaps::terminal {
namespace {

// Two descriptors are all that the child keeps: maps and pipes are not to live on through it.
constexpr int kTerminal = STDIN_FILENO, kAlive = STDOUT_FILENO;

void keep_only(int terminal, int alive) {
  dup2(terminal, kTerminal);
  dup2(alive, kAlive);
  // Where that is refused (before Linux 5.9) the child merely holds more open than it needs.
  close_range(kAlive + 1, ~0U, 0);
}

// Whether the process has ended without a farewell.
bool wait_for_end() {
  char farewell = 0;
  ssize_t got = 0;
  do got = read(kAlive, &farewell, 1);
  while (got < 0 && errno == EINTR);
  return got == 0;
}

void give_back(const termios& before, const termios& now, std::string_view leave) {
  termios found{};
  // A shell that found its job killed may have set its own modes already.
  if (tcgetattr(kTerminal, &found) == 0 && found.c_lflag == now.c_lflag &&
      found.c_iflag == now.c_iflag)
    tcsetattr(kTerminal, TCSANOW, &before);
  [[maybe_unused]] const ssize_t wrote = write(kTerminal, leave.data(), leave.size());
}

}  // namespace

TerminalRestorer::TerminalRestorer(int fd, const termios& before, const termios& now,
                                   std::string_view leave) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  const Fd theirs(ends[0]);
  alive_ = Fd(ends[1]);
  child_ = fork();
  if (child_ != 0) return;
  // Neither Ctrl-C nor writing from the background stops it: only the end of its parent does.
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, nullptr);
  keep_only(fd, theirs.get());
  if (wait_for_end()) give_back(before, now, leave);
  _exit(0);
}

TerminalRestorer::~TerminalRestorer() {
  if (child_ < 0) return;
  const char farewell = '.';
  [[maybe_unused]] const ssize_t wrote = write(alive_.get(), &farewell, 1);
  alive_.reset();
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace bpfmaps::terminal
