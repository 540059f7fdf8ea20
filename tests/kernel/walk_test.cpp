// SPDX-License-Identifier: BSD-2-Clause
// Walking a tree of pins, and finding the bpffs mounts to walk.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <fstream>

#include "kernel/pin/index.h"
#include "kernel/pin/mounts.h"
#include "kernel/pin/walker.h"
#include "kernel/pin_sandbox.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using kernel::bpffs_mounts;
using kernel::Noun;
using kernel::PinEntry;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Is = PinEntry::Is;

class WalkTest : public PinTest {
 protected:
  static std::vector<PinEntry> walk(const std::string& path) {
    std::vector<PinEntry> entries;
    const Status walked =
        kernel::walk_pins(path, [&](const PinEntry& entry, kernel::WalkStep step) {
          if (step == kernel::WalkStep::met) entries.push_back(entry);
        });
    EXPECT_TRUE(walked) << walked.error().message();
    return entries;
  }
};

TEST_F(WalkTest, meets_every_kind_in_the_order_of_names) {
  pin_link(pin("d/link"));
  fs::create_directory(pin("d/empty"));
  fs::create_symlink("map", pin("d/symlink"));
  const auto entries = walk(pin("d"));
  std::vector<std::string> met;
  for (const PinEntry& entry : entries) met.push_back(std::to_string(entry.depth) + entry.name());
  EXPECT_THAT(met, ElementsAre("0d", "1empty", "1link", "1map", "1prog", "1symlink"));
  EXPECT_EQ(entries[1].is, Is::directory);
  EXPECT_TRUE(entries[2].is_pin_of(Noun::link));
  EXPECT_TRUE(entries[3].is_pin_of(Noun::map));
  EXPECT_EQ(entries[3].object.name, "packets");
  EXPECT_EQ(entries[3].object.id, map_id(count->map("packets")));
  EXPECT_EQ(entries[3].status.st_mode & 07777, 0600u);
  EXPECT_TRUE(entries[4].is_pin_of(Noun::prog));
  EXPECT_EQ(entries[5].is, Is::symlink);
  EXPECT_EQ(entries[5].target, "map");
}

TEST_F(WalkTest, leaves_a_directory_after_what_is_in_it) {
  std::string order;
  const Status walked =
      kernel::walk_pins(pin("d"), [&](const PinEntry& entry, kernel::WalkStep step) {
        order += (step == kernel::WalkStep::met ? "+" : "-") + entry.name();
      });
  EXPECT_TRUE(walked);
  EXPECT_EQ(order, "+d+map+prog-d");
}

TEST_F(WalkTest, starts_at_a_single_pin_too) {
  const auto entries = walk(pin("d/map"));
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_TRUE(entries[0].is_pin_of(Noun::map));
}

TEST_F(WalkTest, does_not_enter_what_is_mounted_inside) {
  fs::create_directory(pin("d/other"));
  must(mount("none", pin("d/other").c_str(), "tmpfs", 0, nullptr) == 0, "mount tmpfs");
  std::ofstream(pin("d/other/file")) << "x";
  const auto entries = walk(pin("d"));
  umount2(pin("d/other").c_str(), MNT_DETACH);
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[2].is, Is::mount_point);
}

TEST_F(WalkTest, a_path_outside_bpffs_is_refused) {
  EXPECT_EQ(kernel::walk_pins("/tmp", [](const PinEntry&, kernel::WalkStep) {}).error().kind,
            Kind::invalid);
}

TEST_F(WalkTest, finds_each_mount_once_and_none_that_is_covered) {
  const std::string twice = sandbox->mount_another_bpffs(), bound = sandbox->mount_another_bpffs(),
                    covered = sandbox->mount_another_bpffs();
  must(mount("bpf", twice.c_str(), "bpf", 0, nullptr) == 0, "mount over itself");
  must(mount(kBpffs, bound.c_str(), nullptr, MS_BIND, nullptr) == 0, "bind");
  must(mount("none", covered.c_str(), "tmpfs", 0, nullptr) == 0, "cover");
  EXPECT_THAT(bpffs_mounts().value(), ElementsAre(kBpffs, twice, bound));
  umount2(covered.c_str(), MNT_DETACH);
}

TEST_F(WalkTest, a_mount_point_may_have_any_name) {
  const std::string odd = sandbox->mount_another_bpffs() + "/a b\n\\";
  fs::create_directory(odd);
  must(mount("bpf", odd.c_str(), "bpf", 0, nullptr) == 0, "mount");
  EXPECT_THAT(bpffs_mounts().value(), Contains(odd));
  umount2(odd.c_str(), MNT_DETACH);
}

TEST_F(WalkTest, knows_every_pin_of_an_object) {
  const std::string other = sandbox->mount_another_bpffs();
  pin_fd(count->map("packets"), pin("again"));
  pin_fd(count->map("packets"), other + "/third");
  const auto pins = kernel::all_pins();
  EXPECT_THAT(pins.of(Noun::map, map_id(count->map("packets"))),
              ElementsAre(pin("again"), pin("d/map"), other + "/third"));
  EXPECT_THAT(pins.of(Noun::link, 0), IsEmpty());
  EXPECT_FALSE(pins.gap());
}

TEST_F(WalkTest, mounting_takes_a_directory_that_is_no_bpffs_yet) {
  const fs::path folder = fs::path(testing::TempDir()) / "bpfmaps-mount";
  fs::create_directories(folder);
  EXPECT_TRUE(kernel::mount_bpffs(folder, {}));
  EXPECT_EQ(kernel::mount_bpffs(folder, {}).error().kind, Kind::exists);
  EXPECT_EQ(fs::status(folder).permissions() & fs::perms::all, fs::perms::owner_all);
  umount2(folder.c_str(), MNT_DETACH);
  fs::remove(folder);
  EXPECT_EQ(kernel::mount_bpffs(folder, {}).error().kind, Kind::not_found);
}

}  // namespace
}  // namespace bpfmaps::test
