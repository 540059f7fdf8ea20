// SPDX-License-Identifier: BSD-2-Clause
// Opening pins: what is refused, and that the refusal says which part of the path is to blame.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "kernel/pin/pin.h"
#include "kernel/pin_sandbox.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using kernel::Access;
using testing::HasSubstr;

using PinsTest = PinTest;

/// The error of opening `path` as a map; fails the test where it opens.
Error refusal(const std::string& path, Access access = Access::read) {
  auto map = kernel::map_at(path, access);
  if (!map) return std::move(map).error();
  ADD_FAILURE() << path << " was opened";
  return {};
}

// Whoever may pin chooses names; others paste what hints say.
TEST_F(PinsTest, commands_in_hints_quote_the_path) {
  const std::string path = pin("d/$(id)");
  fs::create_directory(path);
  EXPECT_THAT(refusal(path).hint, HasSubstr("`bpfmaps pin list '/sys/fs/bpf/d/$(id)'`"));
  const Status taken = kernel::make_directory(path);
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().hint, HasSubstr("`bpfmaps pin show '/sys/fs/bpf/d/$(id)'`"));
}

TEST_F(PinsTest, opens_what_is_pinned) {
  const auto map = kernel::map_at(pin("d/map"), Access::read);
  ASSERT_TRUE(map) << map.error().message();
  EXPECT_EQ(map->info().name, "packets");
  EXPECT_EQ(map->info().id, map_id(count->map("packets")));
  EXPECT_EQ(map->info().value_size, 8u);
  EXPECT_GT(map->fd_info().value().memlock, 0u);

  const auto prog = kernel::prog_at(pin("d/prog"));
  ASSERT_TRUE(prog) << prog.error().message();
  EXPECT_EQ(prog->info().name, "count");
  EXPECT_EQ(prog->info().tag.size(), 16u);
  EXPECT_THAT(prog->info().map_ids, testing::ElementsAre(map->info().id));
  EXPECT_GT(prog->memlock().value(), 0u);
}

TEST_F(PinsTest, a_map_opened_for_reading_cannot_be_written) {
  const auto map = kernel::map_at(pin("d/map"), Access::read);
  const std::uint32_t key = 0;
  const std::uint64_t value = 1;
  EXPECT_LT(bpf_map_update_elem(map->fd(), &key, &value, BPF_ANY), 0);
  const auto writable = kernel::map_at(pin("d/map"), Access::write);
  EXPECT_EQ(bpf_map_update_elem(writable->fd(), &key, &value, BPF_ANY), 0);
}

TEST_F(PinsTest, what_is_missing_is_named) {
  Error error = refusal(pin("d/nothing"));
  EXPECT_EQ(error.kind, Kind::not_found);
  EXPECT_EQ(error.subject, pin("d/nothing"));
  EXPECT_EQ(error.message(), "there is no nothing in /sys/fs/bpf/d (ENOENT)");
  EXPECT_THAT(error.hint, HasSubstr("pin list /sys/fs/bpf/d"));

  error = refusal(pin("e/f/map"));
  EXPECT_EQ(error.message(), "there is no e in /sys/fs/bpf (ENOENT)");

  // The kernel would say EPERM, since it takes no dot in a name.
  EXPECT_EQ(refusal(pin("d/a.b")).kind, Kind::not_found);
  EXPECT_THAT(refusal(pin("d/map/x")).message(), HasSubstr("d/map is not a directory"));
}

TEST_F(PinsTest, what_is_no_pin_is_told_apart) {
  EXPECT_THAT(refusal(pin("d")).context, HasSubstr("a directory"));
  EXPECT_THAT(refusal("/etc/hostname").context, HasSubstr("not lie in a BPF file system"));
  EXPECT_THAT(refusal("/tmp").context, HasSubstr("not lie in a BPF file system"));
  EXPECT_EQ(refusal("").kind, Kind::not_found);
}

TEST_F(PinsTest, another_kind_is_told_by_its_name) {
  const Error error = refusal(pin("d/prog"));
  EXPECT_EQ(error.kind, Kind::invalid);
  EXPECT_EQ(error.message(), "this is a program, not a map");
  EXPECT_THAT(error.hint, HasSubstr("bpfmaps prog show pinned /sys/fs/bpf/d/prog"));
}

TEST_F(PinsTest, any_kind_is_opened_where_none_is_asked_for) {
  EXPECT_EQ(kernel::noun_of(*kernel::open_pin(pin("d/map"))), kernel::Noun::map);
  EXPECT_EQ(kernel::noun_of(*kernel::open_pin(pin("d/prog"))), kernel::Noun::prog);
}

TEST_F(PinsTest, a_link_is_opened_although_it_knows_no_read_only) {
  pin_link(pin("d/link"));
  const auto opened = kernel::link_at(pin("d/link"));
  ASSERT_TRUE(opened) << opened.error().message();
  EXPECT_EQ(opened->info().xdp.ifindex, 1u);
  EXPECT_EQ(refusal(pin("d/link")).message(), "this is a link, not a map");
}

TEST_F(PinsTest, a_symbolic_link_in_a_bpffs_is_refused) {
  fs::create_symlink("map", pin("d/last"));
  fs::create_symlink("d", pin("middle"));
  for (const std::string& path : {pin("d/last"), pin("middle/map")}) {
    const Error error = refusal(path);
    EXPECT_EQ(error.kind, Kind::invalid);
    EXPECT_THAT(error.context, HasSubstr("symbolic link")) << path;
  }
  EXPECT_THAT(refusal(pin("middle/map")).hint, HasSubstr("it leads to d:"));
}

// An attacker who may write to the directory exchanges a pin for a symbolic link to another map,
// over and over: whatever is opened must be the pin.
TEST_F(PinsTest, a_path_that_is_exchanged_meanwhile_never_leads_elsewhere) {
  fs::create_directory(pin("other"));
  const Fixture other("count");
  pin_fd(other.map("packets"), pin("other/map"));
  fs::create_symlink("../other/map", pin("d/planted"));
  const std::uint32_t expected = map_id(count->map("packets"));
  std::atomic<bool> done = false;
  std::thread attacker([&] {
    while (!done)
      renameat2(AT_FDCWD, pin("d/map").c_str(), AT_FDCWD, pin("d/planted").c_str(),
                RENAME_EXCHANGE);
  });
  int opened = 0, refused = 0;
  for (int i = 0; i < 20'000 && (i < 2'000 || opened == 0 || refused == 0); ++i) {
    const auto map = kernel::map_at(pin("d/map"), Access::read);
    ++(map ? opened : refused);
    if (map)
      EXPECT_EQ(map->info().id, expected);
    else
      EXPECT_EQ(map.error().code, ELOOP) << map.error().message();
  }
  done = true;
  attacker.join();
  EXPECT_GT(opened, 0);
  EXPECT_GT(refused, 0) << "does this kernel exchange names in a bpffs?";
}

TEST_F(PinsTest, symbolic_links_outside_lead_into_a_bpffs) {
  const fs::path folder = fs::path(testing::TempDir()) / "bpfmaps-links";
  fs::create_directories(folder);
  fs::create_symlink(pin("d"), folder / "absolute");
  fs::create_symlink("absolute", folder / "relative");
  fs::create_symlink("loop", folder / "loop");
  EXPECT_TRUE(kernel::map_at(folder / "absolute/map", Access::read));
  EXPECT_TRUE(kernel::map_at(folder / "relative/../d/./map", Access::read));
  EXPECT_TRUE(kernel::map_at("/proc/self/root" + pin("d/map"), Access::read));
  EXPECT_EQ(refusal(folder / "loop").code, ELOOP);
  fs::remove_all(folder);
}

TEST_F(PinsTest, a_path_may_be_relative) {
  const fs::path before = fs::current_path();
  fs::current_path(pin("d"));
  EXPECT_TRUE(kernel::map_at("map", Access::read));
  EXPECT_TRUE(kernel::map_at("../d/map", Access::read));
  fs::current_path(before);
}

TEST_F(PinsTest, pinning_says_why_it_cannot) {
  const int map = count->map("packets");
  EXPECT_TRUE(kernel::pin(map, pin("d/again")));
  EXPECT_EQ(kernel::pin(map, pin("d/again")).error().kind, Kind::exists);
  EXPECT_THAT(kernel::pin(map, pin("d/a.b")).error().message(), HasSubstr("dot"));
  EXPECT_THAT(kernel::pin(map, "/tmp/x").error().message(), HasSubstr("BPF file system"));
  EXPECT_EQ(kernel::pin(map, pin("e/x")).error().kind, Kind::not_found);
  EXPECT_EQ(kernel::pin(map, pin("d/..")).error().kind, Kind::invalid);
}

TEST_F(PinsTest, unpinning_stays_inside_a_bpffs) {
  const fs::path file = fs::path(testing::TempDir()) / "bpfmaps-file";
  must(close(must(creat(file.c_str(), 0600), "create")), "close");
  EXPECT_FALSE(kernel::unpin(file));
  EXPECT_TRUE(fs::exists(file));
  fs::remove(file);
  EXPECT_TRUE(kernel::unpin(pin("d/map")));
  EXPECT_EQ(kernel::unpin(pin("d/map")).error().kind, Kind::not_found);
}

}  // namespace
}  // namespace bpfmaps::test
