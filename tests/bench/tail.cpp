// SPDX-License-Identifier: BSD-2-Clause
#include "bench/tail.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/time.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/paths.h"

namespace bpfmaps::bench {
namespace {

constexpr std::uint32_t kRing = 4 << 20;
constexpr std::uint64_t kFor = 2'000'000'000;  // nanoseconds
const std::string kPin = std::string(test::kBpffs) + "/bench_ring";

/// What the program of fixtures/tail.bpf.c has done: the number of its last record, and how often
/// there was no room for one.
struct Done {
  std::uint64_t number, full;
};

/// A child that takes every record as libbpf does, until it is killed.
pid_t start_owner(int ring) {
  const pid_t owner = test::must(fork(), "fork");
  if (owner != 0) return owner;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  ring_buffer* buffer = ring_buffer__new(
      ring, [](void*, void*, std::size_t) { return 0; }, nullptr, nullptr);
  while (buffer != nullptr) ring_buffer__poll(buffer, 100);
  _exit(1);
}

/// `map tail --jsonl` into /dev/null; what it says at its end goes into `summary`.
pid_t start_follower(int summary) {
  const pid_t follower = test::must(fork(), "fork");
  if (follower != 0) return follower;
  dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
  dup2(summary, STDERR_FILENO);
  execl(BPFMAPS_BINARY, "bpfmaps", "map", "tail", kPin.c_str(), "--jsonl", "--type",
        "small_event,large_event", nullptr);
  _exit(127);
}

void end(pid_t child, int how) {
  kill(child, how);
  waitpid(child, nullptr, 0);
}

double run_producer(const test::Fixture& fixture) {
  unsigned char packet[64] = {};
  const std::uint64_t start = monotonic_ns();
  while (monotonic_ns() - start < kFor) {
    bpf_test_run_opts run{};
    run.sz = sizeof run;
    run.data_in = packet;
    run.data_size_in = sizeof packet;
    run.repeat = 4096;
    test::must(bpf_prog_test_run_opts(fixture.prog("emit"), &run), "run emit");
  }
  return static_cast<double>(monotonic_ns() - start) / 1e9;
}

void run_once(bool with_follower) {
  const test::Fixture fixture("tail", [](bpf_object* object) {
    bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "ring"), kRing);
  });
  test::pin_fd(fixture.map("ring"), kPin);
  char line[256] = "-";
  int ends[2];
  test::must(pipe(ends), "pipe");
  const pid_t owner = start_owner(fixture.map("ring"));
  const pid_t follower = with_follower ? start_follower(ends[1]) : -1;
  usleep(300'000);
  const double seconds = run_producer(fixture);
  if (with_follower) {
    usleep(300'000);
    end(follower, SIGINT);
    const ssize_t size = read(ends[0], line, sizeof line - 1);
    line[size > 0 ? size - 1 : 0] = '\0';
  }
  end(owner, SIGKILL);
  const auto done = test::get<Done>(fixture.map("tail.bss"), std::uint32_t{0});
  std::printf("| %s | %.2f M/s | %.2f M/s | %s |\n", with_follower ? "with a follower" : "alone",
              static_cast<double>(done.number) / seconds / 1e6,
              static_cast<double>(done.full) / seconds / 1e6, line);
  std::fflush(stdout);
  close(ends[0]);
  close(ends[1]);
  unlink(kPin.c_str());
}

}  // namespace

void run_tail() {
  std::printf("\n| owner | written | refused, ring full | the follower says |\n");
  std::printf("| --- | --: | --: | --- |\n");
  for (int round = 0; round < 3; ++round)
    for (const bool with_follower : {false, true}) run_once(with_follower);
}

}  // namespace bpfmaps::bench
