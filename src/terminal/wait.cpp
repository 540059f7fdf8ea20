// SPDX-License-Identifier: BSD-2-Clause
#include "terminal/wait.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>

namespace bpfmaps::terminal {
namespace {

constexpr int kEnding[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr std::size_t kLongestSequence = 16;
constexpr int kOfScreens[] = {SIGTSTP, SIGWINCH};

int wake_fd = -1;  // a handler can know nothing else

void on_signal(int signal) {
  const int code = errno;
  const auto byte = static_cast<char>(signal);
  [[maybe_unused]] const ssize_t wrote = write(wake_fd, &byte, 1);
  errno = code;
}

timespec time_of(std::uint64_t ns) {
  return {.tv_sec = static_cast<time_t>(ns / 1'000'000'000),
          .tv_nsec = static_cast<long>(ns % 1'000'000'000)};
}

}  // namespace

// What stands between ESC [ and the `last` byte are parameters: ESC [ 1 ; 5 C, ESC [ 5 ~.
void Keys::end_sequence(char last, std::deque<Event>& events) {
  constexpr struct {
    char last;
    std::string_view parameters;
    Event event;
  } kKeys[] = {{'A', "", Event::up},         {'B', "", Event::down},  {'C', "", Event::right},
               {'D', "", Event::left},       {'H', "", Event::home},  {'F', "", Event::last},
               {'~', "1", Event::home},      {'~', "4", Event::last}, {'~', "5", Event::page_up},
               {'~', "6", Event::page_down}, {'~', "7", Event::home}, {'~', "8", Event::last}};
  const std::string_view parameters = std::string_view(sequence_).substr(2);
  for (const auto& key : kKeys)
    if (key.last == last && (last != '~' || key.parameters == parameters))
      return events.push_back(key.event);
}

void Keys::feed(std::string_view bytes, std::deque<Event>& events, std::deque<char>& typed) {
  for (const char byte : bytes) {
    if (byte == '\x1b') {
      sequence_ = byte;
    } else if (sequence_.size() == 1) {
      // A cursor key is ESC [ C or, in a terminal's application mode, ESC O C.
      sequence_ = byte == '[' || byte == 'O' ? sequence_ + byte : std::string();
    } else if (!sequence_.empty()) {
      if (byte >= '@' && byte <= '~') {
        end_sequence(byte, events);
        sequence_.clear();
      } else if (sequence_.size() < kLongestSequence) {
        sequence_ += byte;
      }
    } else if (byte == '\n' || byte == '\r') {
      events.push_back(Event::enter);
    } else if (byte == '\x7f' || byte == '\b') {
      events.push_back(Event::erase);
    } else if (!text_ && (byte == 'q' || byte == 'Q')) {
      events.push_back(Event::end);
    } else if (!text_ && byte == ' ') {
      events.push_back(Event::pause);
    } else if (static_cast<unsigned char>(byte) >= ' ') {
      events.push_back(Event::typed);
      typed.push_back(byte);
      if (byte == '/') text_ = true;  // what comes with it is the text already
    }
  }
  // The key alone, not the start of what another one sends: that mostly comes in one piece.
  if (bytes == "\x1b" && text_) {
    sequence_.clear();
    events.push_back(Event::escape);
  }
}

Result<std::unique_ptr<Waiter>> Waiter::make(const Asked& asked) {
  const auto cannot = [](int code) {
    return fail(Error::from_errno(code, "wait for time and signals", ""));
  };
  pollfd output{asked.output, 0, 0};
  if (poll(&output, 1, 0) > 0 && (output.revents & POLLNVAL) != 0)
    return fail(Error::from_errno(EBADF, "write", "standard output")
                    .as(Kind::io)
                    .advise("standard output is closed: redirect it to a file or a pipe"));
  Fd timer(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  if (!timer) return cannot(errno);
  const itimerspec every{time_of(asked.interval_ns), time_of(asked.interval_ns)};
  if (timerfd_settime(timer.get(), 0, &every, nullptr) != 0) return cannot(errno);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return cannot(errno);
  return std::unique_ptr<Waiter>(new Waiter(asked, std::move(timer), Fd(ends[0]), Fd(ends[1])));
}

Waiter::Waiter(const Asked& asked, Fd timer, Fd signals, Fd wake)
    : output_(asked.output),
      keys_(asked.keys),
      source_(asked.source),
      timer_(std::move(timer)),
      signals_(std::move(signals)),
      wake_(std::move(wake)) {
  wake_fd = wake_.get();
  const auto take = [this](int signal, int flags) {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART | flags;
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler == SIG_IGN || sigaction(signal, &action, nullptr) != 0) return;
    saved_.emplace_back(signal, before);
  };
  for (const int signal : kEnding) take(signal, keys_ < 0 ? static_cast<int>(SA_RESETHAND) : 0);
  if (keys_ < 0) return;
  for (const int signal : kOfScreens) take(signal, 0);
}

Waiter::~Waiter() {
  for (const auto& [signal, action] : saved_) sigaction(signal, &action, nullptr);
  wake_fd = -1;
}

void Waiter::set_interval(std::uint64_t ns) {
  const itimerspec every{time_of(ns), time_of(ns)};
  timerfd_settime(timer_.get(), 0, &every, nullptr);
}

char Waiter::character() {
  if (typed_.empty()) return '\0';
  const char first = typed_.front();
  typed_.pop_front();
  return first;
}

Event Waiter::wait() {
  while (events_.empty()) look(nullptr, true);
  return *take();
}

std::optional<Event> Waiter::wait(std::uint64_t most_ns) { return within(most_ns, true); }

std::optional<Event> Waiter::rest(std::uint64_t most_ns) { return within(most_ns, false); }

std::optional<Event> Waiter::within(std::uint64_t most_ns, bool at_source) {
  const timespec most = time_of(most_ns);
  if (events_.empty()) look(&most, at_source);
  return take();
}

std::optional<Event> Waiter::take() {
  if (events_.empty()) return {};
  const Event event = events_.front();
  events_.pop_front();
  return event;
}

// Waits once, for `most` where it is not null.
void Waiter::look(const timespec* most, bool at_source) {
  // Nothing is asked of the output: that its reader went away is told all the same.
  pollfd ready[] = {{output_, 0, 0},
                    {signals_.get(), POLLIN, 0},
                    {keys_, POLLIN, 0},
                    {timer_.get(), POLLIN, 0},
                    {at_source ? source_ : -1, POLLIN, 0}};
  if (ppoll(ready, std::size(ready), most, nullptr) < 0) return;  // EINTR
  if (ready[0].revents != 0) return events_.push_back(Event::end);
  if (ready[1].revents != 0) read_signals();
  if (ready[2].revents != 0) read_keys();
  if (ready[3].revents != 0) {
    std::uint64_t missed = 0;
    if (read(timer_.get(), &missed, sizeof missed) > 0) events_.push_back(Event::tick);
  }
  if (ready[4].revents != 0) events_.push_back(Event::ready);
}

void Waiter::read_signals() {
  char signals[16];
  const ssize_t size = read(signals_.get(), signals, sizeof signals);
  for (ssize_t i = 0; i < size; ++i)
    events_.push_back(signals[i] == SIGWINCH  ? Event::resize
                      : signals[i] == SIGTSTP ? Event::suspend
                                              : Event::end);
}

void Waiter::read_keys() {
  char bytes[64];
  const ssize_t size = read(keys_, bytes, sizeof bytes);
  if (size <= 0)
    keys_ = -1;  // the terminal is gone; SIGHUP says so too
  else
    reader_.feed({bytes, static_cast<std::size_t>(size)}, events_, typed_);
}

}  // namespace bpfmaps::terminal
