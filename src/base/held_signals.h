// SPDX-License-Identifier: BSD-2-Clause
// HeldSignals: Ctrl-C and its like wait until something that must not be left half done is done.
#pragma once

#include <signal.h>

namespace bpfmaps {

/// While it lives, SIGINT, SIGTERM and SIGHUP wait; what came meanwhile is delivered when it goes.
/// For the thread that made it: other threads must not be there, or hold them as well.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace bpfmaps
