// SPDX-License-Identifier: BSD-2-Clause
// pin mv: what is moved stays the same object with the same owner, and nothing is ever replaced.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/pin/pin.h"
#include "kernel/pin/slot.h"
#include "kernel/pin_sandbox.h"
#include "kernel/show.h"
#include "support/bpfmaps.h"

namespace {

std::function<void()> before_owner_is_set;

}  // namespace

/// Stands in for the C library's, for this process: the moment of an attack on what was just made.
extern "C" int fchownat(int directory, const char* name, uid_t owner, gid_t group,
                        int flags) noexcept {
  if (before_owner_is_set) before_owner_is_set();
  return static_cast<int>(syscall(SYS_fchownat, directory, name, owner, group, flags));
}

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class PinMvTest : public PinTest {
 protected:
  static std::uint32_t id_at(const std::string& path) { return ask({"pin", "show", path})["id"]; }
};

TEST_F(PinMvTest, moves_each_kind_and_whole_directories) {
  pin_link(pin("d/link"));
  for (const std::string name : {"map", "prog", "link"}) {
    const std::uint32_t id = id_at(pin("d/" + name));
    done("pin mv " + pin("d/" + name) + " " + pin("moved_" + name));
    EXPECT_EQ(id_at(pin("moved_" + name)), id);
    EXPECT_FALSE(fs::exists(pin("d/" + name)));
  }
  fs::create_directory(pin("d/sub"));
  pin_fd(count->map("packets"), pin("d/sub/map"));
  done("pin mv " + pin("d") + " " + pin("e"));
  EXPECT_EQ(id_at(pin("e/sub/map")), map_id(count->map("packets")));
}

TEST_F(PinMvTest, nothing_is_replaced) {
  pin_fd(count->map("packets"), pin("d/other"));
  const std::uint32_t prog = id_at(pin("d/prog"));
  EXPECT_THAT(refused("pin mv " + pin("d/map") + " " + pin("d/prog"), 1),
              HasSubstr("d/prog: something is there already (EEXIST)"));
  EXPECT_THAT(refused("pin mv " + pin("d/map") + " " + pin("d"), 1), HasSubstr("EEXIST"));
  EXPECT_EQ(id_at(pin("d/prog")), prog);
  EXPECT_TRUE(fs::exists(pin("d/map")));
}

TEST_F(PinMvTest, what_is_wrong_is_named) {
  EXPECT_THAT(refused("pin mv " + pin("d/none") + " " + pin("e"), 3),
              HasSubstr("d/none: there is no such pin"));
  EXPECT_THAT(refused("pin mv " + pin("d/map") + " " + pin("no/map"), 3),
              HasSubstr("there is no no"));
  EXPECT_THAT(refused("pin mv " + pin("d/map") + " " + pin("d/a.b"), 1), HasSubstr("with a dot"));
  EXPECT_THAT(refused("pin mv " + pin("d/map") + " /tmp/map", 1),
              HasSubstr("does not lie in a BPF file system"));
  EXPECT_THAT(refused("pin mv " + pin("d") + " " + pin("d/e"), 1), HasSubstr("into itself"));
  chmod(pin("d").c_str(), 0755);
  const Ran ran = run_bpfmaps({"pin", "mv", pin("d/map"), pin("mine")}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, HasSubstr("directory /sys/fs/bpf/d (mode 0755, uid 0)"));
  EXPECT_TRUE(fs::exists(pin("d/map")));
}

TEST_F(PinMvTest, into_another_bpffs_owner_and_mode_go_along) {
  const std::string there = sandbox->mount_another_bpffs();
  chmod(pin("d/map").c_str(), 0640);
  must(chown(pin("d/map").c_str(), 65534, 65534) == 0, "chown");
  done("pin mv " + pin("d/map") + " " + there + "/map");
  EXPECT_FALSE(fs::exists(pin("d/map")));
  EXPECT_EQ(id_at(there + "/map"), map_id(count->map("packets")));
  struct stat status {};
  must(stat((there + "/map").c_str(), &status), "stat");
  EXPECT_EQ(status.st_uid, 65534u);
  EXPECT_EQ(status.st_mode & 07777, 0640u);

  pin_fd(count->map("packets"), there + "/prog");
  EXPECT_THAT(refused("pin mv " + pin("d/prog") + " " + there + "/prog", 1), HasSubstr("EEXIST"));
  EXPECT_THAT(refused("pin mv " + pin("d") + " " + there + "/d", 1),
              HasSubstr("this is a directory"));
  EXPECT_TRUE(fs::exists(pin("d/prog")));
}

// Whoever owns the directory of a new pin can put something else in its place before owner and mode
// are set.
TEST_F(PinMvTest, what_stands_for_a_new_pin_keeps_its_owner_and_mode) {
  using kernel::just_pinned;
  const std::string there = sandbox->mount_another_bpffs();
  const auto slot = [&](const char* name) { return *kernel::slot_at(there + "/" + name, "test"); };
  const int map = count->map("packets");
  const kernel::Identity made = *kernel::identify(map, kernel::Noun::map, "test");
  const auto stays = [&](const char* name) {
    return bool(just_pinned(slot(name), made, there + "/" + name, "test"));
  };
  pin_fd(map, there + "/whole");
  EXPECT_TRUE(stays("whole"));
  fs::create_symlink("whole", there + "/symlink");
  EXPECT_FALSE(stays("symlink"));
  pin_fd(count->prog("count"), there + "/program");
  EXPECT_FALSE(stays("program"));
  fs::create_directory(there + "/directory");
  EXPECT_FALSE(stays("directory"));
  fs::create_hard_link(there + "/whole", there + "/second");
  EXPECT_FALSE(stays("second"));
  const auto gone = just_pinned(slot("gone"), made, there + "/gone", "test");
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message(), HasSubstr("has replaced the new pin"));
}

TEST_F(PinMvTest, a_pin_exchanged_at_the_last_moment_changes_no_other_file) {
  const std::string moved = sandbox->mount_another_bpffs() + "/moved", victim = pin("d/prog");
  chmod(pin("d/map").c_str(), 0666);
  before_owner_is_set = [&] {
    fs::remove(moved);
    fs::create_symlink(victim, moved);
  };
  const Status status = kernel::move_pin(pin("d/map"), moved);
  before_owner_is_set = nullptr;
  struct stat now {};
  must(stat(victim.c_str(), &now), "stat");
  EXPECT_EQ(now.st_mode & 07777, 0600u);
}

}  // namespace
}  // namespace bpfmaps::test
