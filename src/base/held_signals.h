// SPDX-License-Identifier: BSD-2-Clause
// HeldSignals: Ctrl-C and its like wait until something that must not be left half done is done.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <algorithm>

namespace bpfmaps {

/// While it lives, SIGINT, SIGTERM and SIGHUP wait; what came meanwhile is delivered when it goes.
/// For the thread that made it, and those that it starts: others must not be there, or hold them as
/// well.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : kHeld) sigaddset(&held, signal);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  /// Whether one of them waits that will end the process: who can still give up without a trace
  /// should.
  static bool any() { return std::ranges::any_of(kHeld, waits); }

  /// What was sent to this thread alone waits for the whole process: the thread is about to end.
  static void pass_on() {
    for (const int signal : kHeld)
      if (waits(signal)) kill(getpid(), signal);
  }

 private:
  static bool waits(int signal) {
    sigset_t waiting;
    sigemptyset(&waiting);
    sigpending(&waiting);
    struct sigaction how {};  // nohup has them ignored: they wait as well, and end nothing
    sigaction(signal, nullptr, &how);
    return sigismember(&waiting, signal) == 1 && how.sa_handler != SIG_IGN;
  }

  static constexpr int kHeld[] = {SIGINT, SIGTERM, SIGHUP};

  sigset_t before_;
};

}  // namespace bpfmaps
