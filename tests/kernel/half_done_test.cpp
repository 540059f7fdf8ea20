// SPDX-License-Identifier: BSD-2-Clause
// Work that is cut short, or whose answer nobody gets: it is done or it is not, and what is said
// of it is true.
#include <bpf/bpf.h>
#include <gmock/gmock.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <chrono>
#include <future>

#include "kernel/load_sandbox.h"
#include "kernel/pin/pin_set.h"
#include "support/run.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class HalfDoneTest : public LoadTest {
 protected:
  static constexpr std::size_t kAll = 4;  // of load_all(): the directory, a map, two programs

  /// An XDP program that holds a map; throws where the kernel refuses.
  static Fd program_that_uses(int map) {
    const bpf_insn code[] = {
        {.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map},
        {},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = XDP_PASS},
        {.code = BPF_JMP | BPF_EXIT}};
    return Fd(must(bpf_prog_load(BPF_PROG_TYPE_XDP, "other", "GPL", code, std::size(code), nullptr),
                   "load a program"));
  }
  std::vector<std::string> load_all() const {
    return {"prog", "loadall", "xdp_stats_percpu", pin("x"), "pinmaps", pin("x")};
  }
  /// `words` with a full disk, a closed pipe or nothing at all as standard output.
  static Ran with(Stdout to, const std::vector<std::string>& words) {
    return run_bpfmaps(words, {.to = to});
  }
  /// What the first failing call of bpf(2) says, of those from each place on.
  static std::string said_at_some_call(const std::string& inject,
                                       const std::vector<std::string>& words,
                                       const std::string& what) {
    constexpr int kMostCalls = 40;
    for (int call = 1; call < kMostCalls; ++call) {
      const Ran ran = run_injected(inject + ":when=" + std::to_string(call), words);
      if (ran.err.find(what) != ran.err.npos || ran.out.find(what) != ran.out.npos)
        return std::to_string(ran.exit_code) + ran.out;
    }
    return {};
  }
};

// Six of six interrupted loads once left some of their pins, and later an empty directory.
TEST_F(HalfDoneTest, signals_wait_until_all_is_pinned) {
  int call = 1;
  for (;; ++call) {
    const Ran ran = run_injected("bpf:signal=SIGINT:when=" + std::to_string(call), load_all());
    EXPECT_THAT(ran.exit_code, testing::AnyOf(0, 128 + SIGINT)) << call;
    if (ran.exit_code == 0) break;  // it makes no more calls
    EXPECT_THAT(pins(), testing::AnyOf(IsEmpty(), SizeIs(kAll))) << call;
    fs::remove_all(pin("x"));
  }
  EXPECT_GT(call, 10);
}

TEST_F(HalfDoneTest, signals_leave_no_empty_directory) {
  for (const char* signal : {"SIGINT", "SIGTERM", "SIGHUP"}) {
    for (const char* call : {"mkdirat", "flock"}) {
      const Ran ran = run_injected(std::string(call) + ":signal=" + signal, load_all());
      EXPECT_GT(ran.exit_code, 128) << call << " " << signal << ": " << ran.err;
      EXPECT_THAT(pins(), IsEmpty()) << call << " " << signal;
    }
  }
}

// The kernel verifies a large program for seconds, and does not look for signals that are held.
TEST_F(HalfDoneTest, a_signal_ends_a_load_that_takes_long) {
  Running loading("prog loadall " + fixture("slow") + " " + pin("x") + " pinmaps " + pin("x/y"),
                  On::pipe);
  while (!fs::exists(pin("x/y"))) usleep(1000);
  usleep(100'000);  // it has got to the programs by now, or gets there later
  const auto begun = std::chrono::steady_clock::now();
  loading.signal(SIGTERM);
  EXPECT_EQ(loading.end(), 128 + SIGTERM) << loading.err();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
  EXPECT_THAT(pins(), IsEmpty());
}

// Others keep the directory locked: half a minute is too long for who has typed Ctrl-C.
TEST_F(HalfDoneTest, a_signal_ends_the_wait_for_a_lock) {
  const auto begun = std::chrono::steady_clock::now();
  const Ran ran = run_injected("flock:error=EAGAIN:signal=SIGINT", load_all());
  EXPECT_EQ(ran.exit_code, 128 + SIGINT) << ran.err;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(15));
  EXPECT_THAT(pins(), IsEmpty());
}

// One that fails once took back the map that another program had taken meanwhile, and reported.
TEST_F(HalfDoneTest, a_pin_stays_where_another_program_uses_its_map) {
  const std::string program = pin("x/xdp_stats_pass");
  std::string place;  // of the call that pins the program
  for (int call = 1; call < 60 && place.empty(); ++call) {
    const std::string when = ":when=" + std::to_string(call);
    const Ran ran = run_injected("bpf:error=EPERM" + when, load_all());
    if (ran.err.find(program + ":") != ran.err.npos) place = when;
    fs::remove_all(pin("x"));
  }
  ASSERT_NE(place, "");
  auto failing = std::async(std::launch::async, [&] {
    return run_injected("bpf:error=EPERM:delay_enter=2000000" + place, load_all());
  });
  while (!fs::exists(pin("x/stats")) &&
         failing.wait_for(std::chrono::milliseconds(5)) != std::future_status::ready) {
  }
  const auto map = kernel::map_at(pin("x/stats"), kernel::Access::write);
  Fd other;
  if (map) other = program_that_uses(map->fd());
  const Ran ran = failing.get();
  EXPECT_NE(ran.exit_code, 0);
  EXPECT_THAT(ran.err, HasSubstr("the pin " + pin("x/stats") +
                                 " stays: another program uses that map by now"));
  EXPECT_THAT(pins(), testing::UnorderedElementsAre("x", "x/stats"));
}

TEST_F(HalfDoneTest, a_full_disk_does_not_undo_what_is_done) {
  const auto lost = AllOf(HasSubstr("it is done, and only its answer is lost"), HasSubstr("ENOSPC"),
                          Not(HasSubstr("then run the command again")));
  const Ran loaded = with(Stdout::full_disk, load_all());
  EXPECT_EQ(loaded.exit_code, 1);
  EXPECT_THAT(loaded.err, lost);
  EXPECT_THAT(pins(), SizeIs(4));
  const Ran asked = with(Stdout::full_disk, {"pin", "rm", "-r", pin("x"), "--dry-run"});
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_THAT(asked.err, AllOf(HasSubstr("ENOSPC"), Not(HasSubstr("it is done"))));
  const Ran removed = with(Stdout::full_disk, {"pin", "rm", "-r", pin("x")});
  EXPECT_EQ(removed.exit_code, 1);
  EXPECT_THAT(removed.err, lost);
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(HalfDoneTest, what_failed_is_told_before_a_full_disk) {
  const Ran ran = with(Stdout::full_disk, {"pin", "rm", "-r", pin("none")});
  EXPECT_EQ(ran.exit_code, 3);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("ENOENT"), Not(HasSubstr("it is done"))));
}

TEST_F(HalfDoneTest, watching_for_a_closed_standard_output_is_no_success) {
  done("map create " + pin("m") + " type hash key u32 value u64 entries 8");
  done("prog load xdp_pkt_cnt " + pin("p"));
  done("map create " + pin("r") + " type ringbuf entries 4096");
  const std::vector<std::vector<std::string>> all = {
      {"map", "watch", pin("m"), "--interval", "0.01", "--count", "2"},
      {"map", "watch", pin("m"), "--jsonl"},
      {"prog", "stats", pin("p"), "--interval", "0.01", "--once"},
      {"map", "tail", pin("r"), "--for", "10ms"},
      {"map", "dump", pin("m")}};
  for (const auto& words : all) {
    const Ran ran = with(Stdout::closed, words);
    EXPECT_EQ(ran.exit_code, 1) << words[0] << " " << words[1];
    EXPECT_THAT(ran.err, HasSubstr("standard output is closed")) << words[0] << " " << words[1];
  }
}

TEST_F(HalfDoneTest, a_file_that_nobody_reads_is_no_success) {
  done("prog load xdp_pkt_cnt " + pin("p"));
  const fs::path in = fs::temp_directory_path() / "bpfmaps-half-in", out = in.string() + "-out";
  std::ofstream(in) << std::string(64, '\0');
  const std::vector<std::vector<std::string>> all = {
      {"prog", "dump", "xlated", pin("p"), "file", out},
      {"prog", "run", pin("p"), "data_in", in, "data_out", out}};
  for (const auto& words : all) {
    const Ran ran = run_injected("write:error=EPIPE:when=1", words);
    EXPECT_EQ(ran.exit_code, 1) << words[1];
    EXPECT_THAT(ran.err, AllOf(HasSubstr(out.string()), HasSubstr("EPIPE"))) << words[1];
  }
  fs::remove(in);
  fs::remove(out);
}

TEST_F(HalfDoneTest, a_clear_that_fails_tells_how_far_it_came) {
  done("map create " + pin("a") + " type array key 4 value 8 entries 5");
  done("map create " + pin("q") + " type queue value u32 entries 5");
  for (int i = 0; i < 5; ++i) done("map push " + pin("q") + " value 7 0 0 0");
  EXPECT_EQ(
      said_at_some_call("bpf:error=EBUSY", {"map", "clear", pin("a"), "--json"}, "\"zeroed\":2"),
      "1{\"entries\":5,\"zeroed\":2}\n");
  EXPECT_EQ(
      said_at_some_call("bpf:error=EACCES", {"map", "clear", pin("q"), "--json"}, "\"deleted\":1"),
      "4{\"entries\":1,\"deleted\":1}\n");
}

// The size of a batch once doubled until it was 0, and all was read again and again.
TEST_F(HalfDoneTest, no_batch_is_larger_than_a_map_can_be) {
  done("map create " + pin("m") + " type hash key u32 value u64 entries 8");
  done("map update " + pin("m") + " key 1 value 1");
  constexpr int kMostCalls = 20;
  std::string said;
  for (int call = 1; call < kMostCalls && said.find("one bucket") == said.npos; ++call)
    said = run_injected("bpf:error=ENOSPC:when=" + std::to_string(call) + "+",
                        {"map", "dump", pin("m")})
               .err;
  EXPECT_THAT(said, HasSubstr("one bucket holds more than the map can (ENOSPC)"));
}

TEST_F(HalfDoneTest, a_directory_that_cannot_be_read_says_why) {
  const Ran ran = run_injected("getdents64:error=EIO", {"pin", "list", std::string(kBpffs)});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("EIO"), Not(HasSubstr("uccess"))));
}

// The kernel is asked for each directory: 16,000 took a minute, and the stack.
TEST_F(HalfDoneTest, paths_that_nobody_means_are_refused) {
  const auto path_of = [](int parts) {
    std::string path = pin("");
    for (int i = 0; i < parts; ++i) path += "a/";
    return path + "z";
  };
  const std::string load = "prog load xdp_pkt_cnt ";
  EXPECT_THAT(refused_without_a_trace(load + path_of(16'000), 1), HasSubstr("ENAMETOOLONG"));
  EXPECT_THAT(refused_without_a_trace(load + path_of(2'000), 1), HasSubstr("more than 64"));
  EXPECT_THAT(refused_without_a_trace(load + path_of(65), 1), HasSubstr("more than 64"));
  done(load + path_of(64));
}

TEST_F(HalfDoneTest, only_what_a_set_made_is_taken_back) {
  const Fd map(must(bpf_map_create(BPF_MAP_TYPE_ARRAY, "made", 4, 8, 1, nullptr), "create map"));
  {
    kernel::PinSet set;
    ASSERT_TRUE(set.need_directory(pin("d/e")));
    ASSERT_TRUE(set.add(map.get(), pin("d/e/mine")));
    ASSERT_TRUE(set.add(map.get(), pin("d/theirs")));
    fs::remove(pin("d/theirs"));  // somebody pins the same anew
    pin_fd(map.get(), pin("d/theirs"));
    ASSERT_TRUE(set.add(map.get(), pin("d/used")));
    set.leave(pin("d/used"));
  }
  EXPECT_THAT(pins(), testing::UnorderedElementsAre("d", "d/theirs", "d/used"));
}

}  // namespace
}  // namespace bpfmaps::test
