// SPDX-License-Identifier: BSD-2-Clause
// The kernel tests' main(): own namespaces, and a look at what the run left behind.
#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <set>

#include "kernel/sandbox.h"

namespace bpfmaps::test {
namespace {

using Ids = std::set<std::uint32_t>;

Ids all_ids(int (*next)(std::uint32_t, std::uint32_t*)) {
  Ids ids;
  for (std::uint32_t id = 0; next(id, &id) == 0;) ids.insert(id);
  return ids;
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// Calls bpf_map_get_next_id(), and passes over program arrays: Linux 6.18 leaks one whose last
/// user leaves, comes again, as every list of maps does, and leaves before the work that empties
/// the array has begun (prog_array_map_clear() takes a reference although the work is queued
/// already).
int next_map(std::uint32_t from, std::uint32_t* id) {
  for (std::uint32_t at = from; bpf_map_get_next_id(at, id) == 0; at = *id) {
    const Fd map(bpf_map_get_fd_by_id(*id));
    bpf_map_info info{};
    std::uint32_t size = sizeof info;
    if (map.get() < 0 || bpf_obj_get_info_by_fd(map.get(), &info, &size) != 0 ||
        info.type != BPF_MAP_TYPE_PROG_ARRAY)
      return 0;
  }
  return -1;
}

/// Fails the run when a descriptor, a process, a map, a program or a link outlives it. Pins and
/// mounts cannot: they lie in the run's own mount namespace.
class NothingLeftBehind : public testing::Environment {
 public:
  void SetUp() override {
    if (!why_unavailable().empty()) return;
    prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphans of orphans become ours, and are seen
    descriptors_ = open_descriptors();
    for (Kind& kind : kinds_) kind.before = all_ids(kind.next);
  }

  void TearDown() override {
    if (!why_unavailable().empty()) return;
    EXPECT_EQ(open_descriptors(), descriptors_) << "file descriptors are left open";
    EXPECT_TRUE(waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD) << "a process is left";
    // Ids are the whole machine's: they tell something only when no other run is going.
    if (!no_other_sandbox()) return;
    for (const Kind& kind : kinds_)
      EXPECT_EQ(new_ids(kind), Ids()) << kind.name << " are left in the kernel";
  }

 private:
  struct Kind {
    const char* name;
    int (*next)(std::uint32_t, std::uint32_t*);
    Ids before = {};
  };

  // The kernel frees objects behind a grace period: what is only late gets three seconds.
  static Ids new_ids(const Kind& kind) {
    Ids fresh;
    for (int tries = 0; tries < 300; ++tries) {
      fresh.clear();
      for (const std::uint32_t id : all_ids(kind.next))
        if (!kind.before.contains(id)) fresh.insert(id);
      if (fresh.empty()) break;
      usleep(10'000);
    }
    return fresh;
  }

  std::size_t descriptors_ = 0;
  Kind kinds_[3] = {
      {"maps", next_map}, {"programs", bpf_prog_get_next_id}, {"links", bpf_link_get_next_id}};
};

}  // namespace
}  // namespace bpfmaps::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  // A shell ignores them for what runs in its background, and programs inherit that.
  for (const int number : {SIGINT, SIGQUIT}) signal(number, SIG_DFL);
  bpfmaps::test::enter_own_namespaces();
  testing::AddGlobalTestEnvironment(new bpfmaps::test::NothingLeftBehind);  // GoogleTest's now
  const int result = RUN_ALL_TESTS();
  const int skipped = testing::UnitTest::GetInstance()->skipped_test_count();
  if (skipped == 0 || std::getenv("BPFMAPS_NO_SKIPS") == nullptr) return result;
  std::fprintf(stderr, "%d kernel tests were skipped, and BPFMAPS_NO_SKIPS is set\n", skipped);
  return 1;
}
