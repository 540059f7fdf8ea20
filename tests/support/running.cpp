// SPDX-License-Identifier: BSD-2-Clause
#include "support/running.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "support/must.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

constexpr int kCannotStart = 127;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words{"bpfmaps"};
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

[[noreturn]] void become(std::vector<std::string> words, bool on_terminal, int output, int errors) {
  if (on_terminal) {
    // As shells do: the program is what keys go to.
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(output, getpid());
    signal(SIGTTOU, SIG_DFL);
    dup2(output, STDIN_FILENO);
    putenv(const_cast<char*>("TERM=xterm"));
  }
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  if (output > STDERR_FILENO) close(output);
  signal(SIGPIPE, SIG_DFL);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(BPFMAPS_BINARY, argv.data());
  _exit(kCannotStart);
}

// Waits for the program and for all that it leaves behind, and reports how the program ended. Then
// it stays, since the terminal would go with it.
[[noreturn]] void wait_for_all(pid_t program, int report) {
  int status = 0;
  for (;;) {
    int how = 0;
    const pid_t ended = wait(&how);
    if (ended == program) status = how;
    if (ended < 0 && errno == ECHILD) break;
  }
  [[maybe_unused]] const ssize_t wrote = write(report, &status, sizeof status);
  for (;;) pause();
}

}  // namespace

Running::Running(const std::string& line, On on, int rows) : on_terminal_(on == On::terminal) {
  errors_ = Fd(must(memfd_create("bpfmaps-test", MFD_CLOEXEC), "memfd_create"));
  int mine = -1, its = -1, report[2];
  if (on_terminal_) {
    must(openpty(&mine, &its, nullptr, nullptr, nullptr), "openpty");
  } else {
    int ends[2];
    must(pipe(ends), "pipe");
    mine = ends[0], its = ends[1];
  }
  output_ = Fd(mine);
  Fd side(its);
  fcntl(mine, F_SETFD, FD_CLOEXEC);
  must(pipe2(report, O_CLOEXEC), "pipe2");
  report_ = Fd(report[0]);
  const Fd reporting(report[1]);
  if (on_terminal_) {
    terminal_ = Fd(must(fcntl(its, F_DUPFD_CLOEXEC, 0), "dup"));
    resize(rows, 100);
  }
  leader_ = must(fork(), "fork");
  if (leader_ == 0) {
    setsid();
    if (on_terminal_) ioctl(its, TIOCSCTTY, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t program = fork();
    if (program == 0) become(words_of(line), on_terminal_, its, errors_.get());
    // It holds nothing of the test's: a pipe ends and a map goes when the test's own are closed.
    dup2(report[1], STDIN_FILENO);
    close_range(STDIN_FILENO + 1, ~0U, 0);
    [[maybe_unused]] const ssize_t wrote = write(STDIN_FILENO, &program, sizeof program);
    wait_for_all(program, STDIN_FILENO);
  }
  must(read(report_.get(), &program_, sizeof program_) == sizeof program_, "start");
}

Running::~Running() {
  if (program_ > 0) {
    kill(program_, SIGKILL);
    int status = 0;
    [[maybe_unused]] const ssize_t got = read(report_.get(), &status, sizeof status);
  }
  kill(leader_, SIGKILL);
  waitpid(leader_, nullptr, 0);
}

void Running::read_some() {
  pollfd ready{output_.get(), POLLIN, 0};
  if (poll(&ready, 1, 10) <= 0) return;
  char bytes[4096];
  const ssize_t size = read(output_.get(), bytes, sizeof bytes);
  if (size > 0) out_.append(bytes, static_cast<std::size_t>(size));
}

bool Running::wait_for(const std::function<bool(const std::string&)>& holds,
                       const std::function<void()>& meanwhile) {
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + std::chrono::minutes(1);
  while (steady_clock::now() < end) {
    if (holds(out_)) return true;
    meanwhile();
    read_some();
  }
  return false;
}

bool Running::shows(const std::string& text, const std::function<void()>& meanwhile) {
  const auto there = [&](const std::string& out) {
    return (on_terminal_ ? screen() : out).find(text) != std::string::npos;
  };
  return wait_for(there, meanwhile);
}

std::string Running::screen() const {
  // Every frame is drawn from the upper left corner on. The last one may have come in part only.
  static const std::regex kSequence("\x1b\\[[0-9;?]*[A-Za-z]|\r");
  const std::size_t next = out_.rfind("\x1b[H");
  const std::size_t frame =
      next == out_.npos || next == 0 ? out_.npos : out_.rfind("\x1b[H", next - 1);
  return frame == out_.npos ? ""
                            : std::regex_replace(out_.substr(frame, next - frame), kSequence, "");
}

std::string Running::err() const {
  std::string text(static_cast<std::size_t>(lseek(errors_.get(), 0, SEEK_END)), '\0');
  const ssize_t got = pread(errors_.get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(got < 0 ? 0 : got));
  return text;
}

void Running::type(const std::string& keys) const {
  must(write(output_.get(), keys.data(), keys.size()), "type");
}

void Running::resize(int rows, int columns) const {
  const winsize size{static_cast<unsigned short>(rows), static_cast<unsigned short>(columns), 0, 0};
  must(ioctl(terminal_.get(), TIOCSWINSZ, &size), "resize");
}

void Running::signal(int number) const { must(kill(program_, number), "kill"); }

termios Running::modes() const {
  termios modes{};
  must(tcgetattr(terminal_.get(), &modes), "tcgetattr");
  return modes;
}

void Running::change_modes(const std::function<void(termios&)>& change) const {
  termios changed = modes();
  change(changed);
  must(tcsetattr(terminal_.get(), TCSANOW, &changed), "tcsetattr");
}

int Running::end() {
  const auto has_ended = [this](const std::string&) {
    pollfd ready{report_.get(), POLLIN, 0};
    return poll(&ready, 1, 0) > 0;
  };
  if (!wait_for(has_ended)) throw std::runtime_error("the program does not end");
  int status = 0;
  must(read(report_.get(), &status, sizeof status), "ask how it ended");
  program_ = -1;
  read_some();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace bpfmaps::test
