// SPDX-License-Identifier: BSD-2-Clause
// Large maps are read by several threads; where the kernel starts no more of them, those there are
// give the same answer.
#include <gtest/gtest.h>

#include "kernel/fixture.h"
#include "kernel/pin_sandbox.h"
#include "support/must.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

constexpr std::uint32_t kEntries = 60'000;

class ThreadsTest : public KernelTest {
 protected:
  static void make(bpf_map_type type, const std::string& pin) {
    const Fd map(must(bpf_map_create(type, "large", 4, 8, kEntries, nullptr), "create"));
    std::vector<std::uint32_t> keys(kEntries);
    std::vector<std::uint64_t> values(kEntries);
    for (std::uint32_t i = 0; i < kEntries; ++i) keys[i] = i, values[i] = i;
    std::uint32_t count = kEntries;
    must(bpf_map_update_batch(map.get(), keys.data(), values.data(), &count, nullptr), "fill");
    must(bpf_obj_pin(map.get(), pin.c_str()), "pin");
  }
};

TEST_F(ThreadsTest, fewer_threads_or_none_give_the_same_answer) {
  make(BPF_MAP_TYPE_HASH, "/sys/fs/bpf/hash");
  make(BPF_MAP_TYPE_ARRAY, "/sys/fs/bpf/array");
  for (const char* map : {"/sys/fs/bpf/hash", "/sys/fs/bpf/array"})
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"map", "dump", map, "--json"},
          {"map", "count", map, "--where", "value < 700", "--value-type", "u64", "--json"},
          {"map", "dump", map, "--value-type", "u64", "--sort", "value", "--top", "3"}}) {
      const Ran whole = run_bpfmaps(words);
      ASSERT_EQ(whole.exit_code, 0) << whole.err;
      for (const char* inject : {"clone3,clone:error=EAGAIN", "clone3,clone:error=EAGAIN:when=2+",
                                 "clone3,clone:error=ENOMEM"}) {
        const Ran ran = run_injected(inject, words);
        EXPECT_EQ(ran.exit_code, 0) << map << " " << inject << ": " << ran.err;
        EXPECT_TRUE(ran.out == whole.out) << map << " " << words[1] << " " << inject;
        EXPECT_EQ(ran.err, whole.err);
      }
    }
}

// Stacks of threads, and what they read into, are mapped: every answer is whole or told not to be.
TEST_F(ThreadsTest, memory_that_runs_out_anywhere_is_told) {
  make(BPF_MAP_TYPE_HASH, "/sys/fs/bpf/hash");
  const std::vector<std::string> words = {"map", "dump", "/sys/fs/bpf/hash", "--json"};
  const Ran whole = run_bpfmaps(words);
  for (int from = 30; from <= 60; from += 3) {
    const Ran ran = run_injected("mmap,brk:error=ENOMEM:when=" + std::to_string(from) + "+", words);
    if (ran.exit_code == 0)
      EXPECT_TRUE(ran.out == whole.out) << from;
    else if (ran.exit_code != 127)  // the loader found no room for a library
      EXPECT_EQ(ran.exit_code, 1) << from << ": " << ran.err;
  }
}

}  // namespace
}  // namespace bpfmaps::test
