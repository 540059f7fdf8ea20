// SPDX-License-Identifier: BSD-2-Clause
// pin rm: what it takes away, and all that it must leave alone.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "kernel/pin_sandbox.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class PinRmTest : public PinTest {
 protected:
  void SetUp() override {
    PinTest::SetUp();
    if (IsSkipped()) return;
    fs::create_directories(pin("d/sub/empty"));
    pin_fd(count->map("packets"), pin("d/sub/map"));
  }

  static Ran rm(std::vector<std::string> words, const How& how = {}) {
    words.insert(words.begin(), {"pin", "rm"});
    return run_bpfmaps(words, how);
  }
  /// All that lies below d, with paths from there.
  static std::vector<std::string> left() {
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(pin("d")))
      paths.push_back(entry.path().lexically_relative(pin("d")));
    return paths;
  }
  static inline const std::vector<std::string> kAll = {"map", "prog", "sub", "sub/empty",
                                                       "sub/map"};
};

TEST_F(PinRmTest, removes_single_pins) {
  EXPECT_EQ(rm({pin("d/map"), pin("d/prog")}).exit_code, 0);
  EXPECT_THAT(left(), UnorderedElementsAre("sub", "sub/empty", "sub/map"));
}

TEST_F(PinRmTest, a_refusal_leaves_everything_as_it_was) {
  EXPECT_EQ(rm({pin("d/map"), pin("d/missing")}).exit_code, 3);
  const Ran directory = rm({pin("d/map"), pin("d/sub")});
  EXPECT_EQ(directory.exit_code, 1);
  EXPECT_THAT(directory.err, HasSubstr("pin rm -r /sys/fs/bpf/d/sub"));
  EXPECT_EQ(rm({pin("d/map"), "/etc/hostname"}).exit_code, 1);
  EXPECT_THAT(left(), testing::UnorderedElementsAreArray(kAll));
}

TEST_F(PinRmTest, removes_a_whole_tree_and_says_so) {
  const Ran ran = rm({"-r", "--json", pin("d/")});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_FALSE(fs::exists(pin("d")));
  std::vector<std::string> paths;
  for (const json& record : json::parse(ran.out)) {
    EXPECT_TRUE(record["removed"]);
    paths.push_back(record["path"]);
  }
  EXPECT_THAT(paths, testing::ElementsAre(pin("d/map"), pin("d/prog"), pin("d/sub/empty"),
                                          pin("d/sub/map"), pin("d/sub"), pin("d")));
}

TEST_F(PinRmTest, removes_one_kind_and_what_is_empty_then) {
  EXPECT_EQ(rm({"-r", "--maps-only", pin("d")}).exit_code, 0);
  EXPECT_THAT(left(), UnorderedElementsAre("prog"));
  EXPECT_EQ(rm({"--links-only", pin("d/prog")}).exit_code, 0);
  EXPECT_THAT(left(), UnorderedElementsAre("prog"));
}

TEST_F(PinRmTest, a_dry_run_tells_the_same_and_changes_nothing) {
  const json dry = json::parse(rm({"-r", "--dry-run", "--json", pin("d")}).out);
  EXPECT_THAT(left(), testing::UnorderedElementsAreArray(kAll));
  json real = json::parse(rm({"-r", "--json", pin("d")}).out);
  for (json& record : real) record["removed"] = false;
  EXPECT_EQ(dry, real);
}

TEST_F(PinRmTest, stays_out_of_what_is_linked_or_mounted) {
  const fs::path outside = fs::path(testing::TempDir()) / "bpfmaps-outside";
  fs::create_directories(outside);
  std::ofstream(outside / "file") << "x";
  fs::create_directory_symlink(outside, pin("d/symlink"));
  fs::create_directory(pin("d/mounted"));
  must(mount(outside.c_str(), pin("d/mounted").c_str(), nullptr, MS_BIND, nullptr) == 0, "bind");
  const Ran ran = rm({"-r", pin("d")});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("something else is mounted here"));
  umount2(pin("d/mounted").c_str(), MNT_DETACH);
  EXPECT_THAT(left(), UnorderedElementsAre("mounted"));
  EXPECT_TRUE(fs::exists(outside / "file"));
  fs::remove_all(outside);
}

TEST_F(PinRmTest, a_path_through_a_planted_symlink_is_refused) {
  fs::create_directory_symlink("d", pin("way"));
  EXPECT_EQ(rm({pin("way/map")}).exit_code, 1);
  EXPECT_THAT(left(), testing::UnorderedElementsAreArray(kAll));
  EXPECT_EQ(rm({pin("way")}).exit_code, 0);  // the link itself
  EXPECT_THAT(left(), testing::UnorderedElementsAreArray(kAll));
  EXPECT_FALSE(fs::is_symlink(pin("way")));
}

TEST_F(PinRmTest, the_root_of_a_bpffs_is_refused) {
  const Ran ran = rm({"-r", kBpffs});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("where a BPF file system is mounted"));
  EXPECT_THAT(left(), testing::UnorderedElementsAreArray(kAll));
}

TEST_F(PinRmTest, nobody_is_told_what_denies) {
  const How as_nobody{.as_nobody = true};
  Ran ran = rm({pin("d/map")}, as_nobody);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, HasSubstr("directory /sys/fs/bpf/d (mode 0755, uid 0)"));
  pin_fd(count->map("packets"), pin("mine"));  // the root has the sticky bit
  ran = rm({pin("mine")}, as_nobody);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, HasSubstr("lets only its owner remove it (EPERM)"));
}

TEST_F(PinRmTest, a_link_that_only_its_pin_kept_is_detached) {
  pin_link(pin("link"));
  EXPECT_LT(bpf_link_create(count->prog("count"), 1, BPF_XDP, nullptr), 0);
  EXPECT_EQ(rm({pin("link")}).exit_code, 0);
  Fd again;
  for (int tries = 0; !again && tries < 300; ++tries) {  // the kernel frees links in its own time
    usleep(10'000);
    again.reset(bpf_link_create(count->prog("count"), 1, BPF_XDP, nullptr));
  }
  EXPECT_TRUE(again) << "the loopback still has a program";
}

}  // namespace
}  // namespace bpfmaps::test
