// SPDX-License-Identifier: BSD-2-Clause
#include "base/file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace bpfmaps {
namespace {

namespace fs = std::filesystem;

class PrivateFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "bpfmaps_file_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    top = name;
    path = top / "file";
  }
  void TearDown() override { fs::remove_all(top); }

  void write_new(const std::string& to) const {
    const auto file = open_private_file(to, "test");
    ASSERT_TRUE(file) << file.error().message();
    ASSERT_EQ(write(file->get(), "new", 3), 3);
  }
  static std::string contents(const fs::path& of) {
    std::ifstream in(of);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static mode_t mode(const fs::path& of) {
    struct stat status {};
    return stat(of.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }

  fs::path top, path;
};

TEST_F(PrivateFile, a_new_one_is_for_its_owner_alone) {
  write_new(path);
  EXPECT_EQ(mode(path), 0600u);
  std::ofstream(path) << "longer than before";
  write_new(path);
  EXPECT_EQ(contents(path), "new");
}

TEST_F(PrivateFile, who_could_read_the_old_one_reads_nothing_of_the_new) {
  std::ofstream(path) << "old";
  chmod(path.c_str(), 0644);
  std::ifstream reader(path);
  write_new(path);
  EXPECT_EQ(mode(path), 0600u);
  EXPECT_EQ(contents(path), "new");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(reader), {}), "old");
}

TEST_F(PrivateFile, the_second_name_of_a_file_keeps_its_content) {
  std::ofstream(top / "other") << "old";
  chmod((top / "other").c_str(), 0600);
  fs::create_hard_link(top / "other", path);
  write_new(path);
  EXPECT_EQ(contents(top / "other"), "old");
}

TEST_F(PrivateFile, a_symbolic_link_stays_one) {
  std::ofstream(top / "real") << "old";
  chmod((top / "real").c_str(), 0644);
  fs::create_symlink("real", path);
  write_new(path);
  EXPECT_TRUE(fs::is_symlink(path));
  EXPECT_EQ(contents(top / "real"), "new");
  EXPECT_EQ(mode(top / "real"), 0600u);
}

TEST_F(PrivateFile, what_is_somebody_elses_is_refused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  std::ofstream(path) << "old";
  ASSERT_EQ(chown(path.c_str(), 65534, 65534), 0);
  const auto file = open_private_file(path, "test");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, Kind::permission);
  EXPECT_EQ(contents(path), "old");
}

TEST_F(PrivateFile, what_is_no_regular_file_is_written_to) {
  write_new("/dev/null");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  const auto file = open_private_file(top, "test");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, EISDIR);
}

TEST(ReadFile, gives_all_of_a_file_whatever_its_size) {
  const std::string path = testing::TempDir() + "bpfmaps-read-file";
  const std::string text(10'000, 'x');
  std::ofstream(path) << text;
  EXPECT_EQ(read_file(path).value(), text);
  unlink(path.c_str());
  EXPECT_EQ(read_file("/proc/self/comm").value().back(), '\n');
}

TEST(ReadFile, an_unreadable_file_is_no_empty_one) {
  EXPECT_EQ(read_file("/nowhere/at/all").error().kind, Kind::not_found);
  EXPECT_EQ(read_file("/").error().code, EISDIR);
}

}  // namespace
}  // namespace bpfmaps
