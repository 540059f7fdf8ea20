// SPDX-License-Identifier: BSD-2-Clause
#include "terminal/screen.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace bpfmaps::terminal {
namespace {

// The alternate screen, no cursor, lines that do not wrap; and all of that back.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l";
constexpr std::string_view kLeave = "\x1b[?7h\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H", kClearLine = "\x1b[K", kClearBelow = "\x1b[J";

}  // namespace

Screen::Screen(output::Writer& out, int fd) : out_(out), fd_(fd) { enter(); }

Screen::~Screen() { leave(); }

void Screen::enter() {
  termios now{};
  if (tcgetattr(fd_, &now) == 0) {
    saved_ = now;
    // Keys at once and unseen. Ctrl-C and Ctrl-Z stay signals.
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    tcsetattr(fd_, TCSADRAIN, &now);
    restorer_.emplace(fd_, *saved_, now, kLeave);
  }
  out_.write(kEnter);
}

void Screen::leave() {
  out_.write(kLeave);
  out_.flush();
  if (saved_) tcsetattr(fd_, TCSAFLUSH, &*saved_);
  restorer_.reset();
}

ScreenSize Screen::size() const {
  winsize size{};
  if (ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

void Screen::draw(const std::vector<std::string>& lines) {
  const auto rows = static_cast<std::size_t>(size().rows);
  out_.write(kHome);
  // What is cleared is cleared before a line, since behind one that fills the screen's width the
  // cursor stands on its last character.
  for (std::size_t i = 0; i < lines.size() && i < rows; ++i) {
    if (i != 0) out_.write("\r\n");
    out_.write(kClearLine);
    out_.write(lines[i]);
  }
  if (lines.size() < rows) out_.write("\r\n"), out_.write(kClearBelow);
  out_.flush();
}

void Screen::suspend() {
  leave();
  raise(SIGSTOP);
  enter();
}

}  // namespace bpfmaps::terminal
