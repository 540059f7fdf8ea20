// SPDX-License-Identifier: BSD-2-Clause
// The harness itself: what the other kernel tests take for granted.
#include "kernel/sandbox.h"

#include <gmock/gmock.h>
#include <sys/vfs.h>

#include <filesystem>

#include "kernel/fixture.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using SandboxTest = KernelTest;

TEST_F(SandboxTest, has_a_new_bpffs_and_can_add_another) {
  const std::string other = sandbox->mount_another_bpffs();
  const Fixture count("count");
  count.pin_maps(kBpffs);
  EXPECT_TRUE(std::filesystem::exists(pin("packets")));
  EXPECT_FALSE(std::filesystem::exists(other + "/packets"));
  struct statfs status {};
  ASSERT_EQ(statfs(other.c_str(), &status), 0);
  EXPECT_EQ(static_cast<unsigned long>(status.f_type), 0xcafe4a11UL);  // BPF_FS_MAGIC
}

TEST_F(SandboxTest, every_packet_sent_is_seen_once) {
  sandbox->add_veth_pair("left", "right");
  const Fixture count("count");
  count.attach_xdp("count", "right");
  sandbox->send("left", 5000, {.size = 100});
  EXPECT_EQ(get<std::uint64_t>(count.map("packets"), std::uint32_t{0}), 5000u);
}

TEST(Run, tells_exit_code_output_and_errors) {
  const Ran ran = run({"sh", "-c", "cat; echo no >&2; exit 7"}, {.input = "yes"});
  EXPECT_EQ(ran.exit_code, 7);
  EXPECT_EQ(ran.out, "yes");
  EXPECT_EQ(ran.err, "no\n");
}

TEST(Run, can_give_a_program_every_kind_of_bad_standard_output) {
  EXPECT_EQ(run({"sh", "-c", "echo x"}, {.to = Stdout::full_disk}).exit_code, 1);
  EXPECT_EQ(run({"sh", "-c", "echo x"}, {.to = Stdout::closed}).exit_code, 1);
  EXPECT_EQ(run({"cat", "/proc/self/status"}, {.to = Stdout::closed_pipe}).exit_code, 128 + 13);
}

TEST_F(SandboxTest, can_run_a_program_as_nobody) {
  EXPECT_EQ(run({"id", "-u"}, {.as_nobody = true}).out, "65534\n");
}

}  // namespace
}  // namespace bpfmaps::test
