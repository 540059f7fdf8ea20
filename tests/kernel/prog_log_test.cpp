// SPDX-License-Identifier: BSD-2-Clause
// prog log: what programs print, whose it is, and that nothing is taken from other readers.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/mount.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "disasm/printk_calls.h"
#include "kernel/btf.h"
#include "kernel/fixture.h"
#include "kernel/link/tracepoint.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/run.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

void run_program(const Fixture& fixture, const char* program) {
  unsigned char packet[64] = {};
  bpf_test_run_opts run{};
  run.sz = sizeof run;
  run.data_in = packet;
  run.data_size_in = sizeof packet;
  must(bpf_prog_test_run_opts(fixture.prog(program), &run), program);
}

class LogTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    if (kernel::tracefs_mount().empty()) {
      must(mount("tracefs", kTracing, "tracefs", 0, nullptr), "mount tracefs");
      mounted_ = true;
    }
    fixture.emplace("log");
    for (const char* program : {"speak", "other", "anything", "quiet"})
      pin_fd(fixture->prog(program), pin(program));
  }
  void TearDown() override {
    fixture.reset();
    if (mounted_) umount2(kTracing, MNT_DETACH);
  }

  static std::vector<std::string> texts_of(const std::string& lines) {
    std::vector<std::string> texts;
    for (std::size_t at = 0, end = 0; (end = lines.find('\n', at)) != lines.npos; at = end + 1)
      texts.push_back(json::parse(lines.substr(at, end - at))["text"]);
    return texts;
  }
  static std::set<std::string> instances() {
    std::set<std::string> names;
    for (const auto& one : fs::directory_iterator(kernel::tracefs_mount() + "/instances"))
      if (one.path().filename().string().starts_with("bpfmaps-")) names.insert(one.path());
    return names;
  }

  static constexpr const char* kTracing = "/sys/kernel/tracing";
  std::optional<Fixture> fixture;

 private:
  bool mounted_ = false;
};

TEST_F(LogTest, formats_are_read_out_of_the_code) {
  const auto calls = disasm::find_printk_calls(*kernel::prog_at(pin("speak")));
  ASSERT_TRUE(calls) << calls.error().message();
  EXPECT_THAT(calls->formats,
              ElementsAre("length %d of %s", "from the stack: %x\n", "four: %d %d %d %d"));
  EXPECT_EQ(calls->unknown, 0u);
  EXPECT_THAT(disasm::find_printk_calls(*kernel::prog_at(pin("quiet")))->formats,
              testing::IsEmpty());
}

TEST_F(LogTest, shows_the_lines_of_one_program_and_takes_none) {
  run_program(*fixture, "speak");
  run_program(*fixture, "other");
  for (int i = 0; i < 2; ++i) {
    const auto texts = texts_of(done("prog log " + pin("speak") + " --jsonl"));
    ASSERT_GE(texts.size(), 3u) << i;
    EXPECT_THAT(std::vector(texts.end() - 3, texts.end()),
                ElementsAre("length 64 of speak", "from the stack: 40", "four: 64 2 3 4"));
    EXPECT_THAT(texts, Not(testing::Contains("somebody else")));
  }
  EXPECT_THAT(texts_of(done("prog log --jsonl")),
              AllOf(testing::Contains("somebody else"), testing::Contains("four: 64 2 3 4")));
  EXPECT_THAT(done("prog log " + pin("other")),
              AllOf(HasSubstr("time"), HasSubstr("somebody else")));
}

TEST_F(LogTest, says_where_formats_do_not_tell) {
  run_program(*fixture, "anything");
  const Ran any = run_bpfmaps({"prog", "log", pin("anything"), "--jsonl"});
  EXPECT_THAT(texts_of(any.out), testing::Contains("64"));
  EXPECT_THAT(any.err, HasSubstr("makes any line"));
  const Ran quiet = run_bpfmaps({"prog", "log", pin("quiet")});
  EXPECT_EQ(quiet.out, "nothing was printed\n");
  EXPECT_THAT(quiet.err, HasSubstr("prints nothing with bpf_printk"));
}

TEST_F(LogTest, follows_in_a_buffer_of_its_own_and_removes_it) {
  const auto before = instances();
  Running running("prog log " + pin("speak") + " --follow --jsonl", On::pipe);
  ASSERT_TRUE(running.shows("four: 64 2 3 4", [&] {
    run_program(*fixture, "other");
    run_program(*fixture, "speak");
  }));
  EXPECT_EQ(instances().size(), before.size() + 1);
  running.signal(SIGINT);
  EXPECT_EQ(running.end(), 0) << running.err();
  EXPECT_THAT(running.out(), Not(HasSubstr("somebody else")));
  EXPECT_EQ(instances(), before);
}

TEST_F(LogTest, removes_the_buffer_of_one_that_was_killed) {
  const auto before = instances();
  {
    Running killed("prog log --follow --jsonl", On::pipe);
    ASSERT_TRUE(killed.shows("somebody else", [&] { run_program(*fixture, "other"); }));
    killed.signal(SIGKILL);
    killed.end();
  }
  EXPECT_EQ(instances().size(), before.size() + 1);
  Running running("prog log --follow --jsonl", On::pipe);
  ASSERT_TRUE(running.shows("somebody else", [&] { run_program(*fixture, "other"); }));
  running.signal(SIGTERM);
  running.end();
  EXPECT_EQ(instances(), before);
}

TEST_F(LogTest, streams_are_taken) {
  const btf* types = kernel::vmlinux_btf();
  if (btf__find_by_name_kind(types, "bpf_stream_vprintk_impl", BTF_KIND_FUNC) < 0) {
    // Streams came with Linux 6.17, and the function is called so in 6.18.
    EXPECT_THAT(run_bpfmaps({"prog", "log", pin("quiet"), "--stream", "stdout"}).exit_code,
                testing::AnyOf(0, 1));
    return;
  }
  const Fixture streams("streams");
  pin_fd(streams.prog("write_streams"), pin("streams"));
  bpf_test_run_opts run{};
  run.sz = sizeof run;
  must(bpf_prog_test_run_opts(streams.prog("write_streams"), &run), "write streams");
  if (static_cast<std::int32_t>(run.retval) == -ENOMEM) {
    // Some kernels have no memory for streams that can be had where programs run.
    EXPECT_EQ(done("prog log " + pin("streams") + " --stream stderr"),
              "nothing is in its stderr\n");
    return;
  }
  EXPECT_EQ(done("prog log " + pin("streams") + " --stream stdout --jsonl"),
            "{\"text\":\"hello 42\"}\n{\"text\":\"and more\"}\n");
  EXPECT_EQ(done("prog log " + pin("streams") + " --stream stdout"), "nothing is in its stdout\n");
  EXPECT_THAT(done("prog log " + pin("streams") + " --stream stderr"), HasSubstr("trouble 42"));
}

TEST_F(LogTest, what_cannot_be_done_is_refused) {
  EXPECT_THAT(refused("prog log --stream stdout", 2), HasSubstr("belong to a program"));
  EXPECT_THAT(refused("prog log --follow --json", 2), HasSubstr("--jsonl"));
  EXPECT_THAT(refused("prog log " + pin("nosuch"), 3), HasSubstr("ENOENT"));
  EXPECT_EQ(run_bpfmaps({"prog", "log"}, {.as_nobody = true}).exit_code, 4);
}

}  // namespace
}  // namespace bpfmaps::test
