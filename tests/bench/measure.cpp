// SPDX-License-Identifier: BSD-2-Clause
#include "bench/measure.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "base/fd.h"
#include "base/time.h"
#include "support/must.h"

namespace bpfmaps::bench {
namespace {

using test::must;

// What a pipe's reader costs at least: cat into /dev/null.
pid_t start_cat(int input) {
  const pid_t child = must(fork(), "fork");
  if (child != 0) return child;
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(input, STDIN_FILENO);
  dup2(nowhere, STDOUT_FILENO);
  execlp("cat", "cat", nullptr);
  _exit(127);
}

Cost wait_for(pid_t child, std::uint64_t since) {
  int status = 0;
  rusage usage{};
  must(wait4(child, &status, 0, &usage), "wait4");
  if (status != 0) throw std::runtime_error("what is measured failed: its figures would be a lie");
  const auto seconds_of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {static_cast<double>(monotonic_ns() - since) / 1e9,
          seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime), usage.ru_maxrss};
}

Cost once(const std::function<void()>& work, Output output) {
  Fd to(must(open("/dev/null", O_WRONLY | O_CLOEXEC), "open /dev/null"));
  pid_t cat = 0;
  const std::uint64_t start = monotonic_ns();
  if (output == Output::pipe) {
    int ends[2];
    must(pipe2(ends, O_CLOEXEC), "pipe");
    const Fd read_end(ends[0]);
    to.reset(ends[1]);
    cat = start_cat(read_end.get());
  }
  const pid_t child = must(fork(), "fork");
  if (child == 0) {
    dup2(to.get(), STDOUT_FILENO);
    work();
    _exit(0);
  }
  to.reset();
  Cost cost = wait_for(child, start);
  if (cat != 0) cost.seconds = wait_for(cat, start).seconds;
  return cost;
}

Cost best(const std::function<void()>& work, Output output, int times) {
  Cost best = once(work, output);
  double least = best.cpu_seconds;
  for (int i = 1; i < times; ++i) {
    const Cost cost = once(work, output);
    least = std::min(least, cost.cpu_seconds);
    if (cost.seconds < best.seconds) best = cost;
  }
  best.cpu_seconds = least;
  return best;
}

}  // namespace

Cost measure(const std::vector<std::string>& words, Output output, int times) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const auto work = [&argv] {
    execvp(argv[0], argv.data());
    _exit(127);
  };
  return best(work, output, times);
}

Cost measure(const std::function<void()>& work, int times) {
  return best(work, Output::devnull, times);
}

}  // namespace bpfmaps::bench
