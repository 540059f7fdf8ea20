// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/capture.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace bpfmaps {
namespace {

namespace fs = std::filesystem;

class Capture : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "bpfmaps_capture_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    top = name;
  }
  void TearDown() override { fs::remove_all(top); }

  static std::string contents(const fs::path& of) {
    std::ifstream in(of, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path top;
};

TEST_F(Capture, a_file_is_left_alone_until_something_is_to_be_written) {
  const fs::path old = top / "old", none = top / "none";
  std::ofstream(old) << "precious";
  for (const fs::path& path : {old, none}) EXPECT_TRUE(commands::CaptureWriter::open(path));
  EXPECT_EQ(contents(old), "precious");
  EXPECT_FALSE(fs::exists(none));
  for (const fs::path& path : {old, none}) {
    auto writer = commands::CaptureWriter::open(path);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->begin());
    EXPECT_TRUE(writer->finish());
    EXPECT_EQ(contents(path).size(), 24u);
  }
}

TEST_F(Capture, what_cannot_be_written_is_refused_before) {
  const auto refusal = [](const fs::path& path) {
    const auto writer = commands::CaptureWriter::open(path);
    return writer ? 0 : writer.error().code;
  };
  EXPECT_EQ(refusal(top), EISDIR);
  EXPECT_EQ(refusal(top / "no/x"), ENOENT);
  if (geteuid() == 0) return;  // may write anywhere
  chmod(top.c_str(), 0500);
  EXPECT_EQ(refusal(top / "x"), EACCES);
  chmod(top.c_str(), 0700);
}

}  // namespace
}  // namespace bpfmaps
