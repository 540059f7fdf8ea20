// SPDX-License-Identifier: BSD-2-Clause
#include "base/trust.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace bpfmaps {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A folder with a program in bin/ and a module in lib/x/.
class Trust : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "bpfmaps_trust_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    top = name;
    for (const char* folder : {"bin", "lib", "lib/x"}) {
      fs::create_directory(top / folder);
      chmod((top / folder).c_str(), 0755);
    }
    for (const fs::path& file : {program, module}) {
      std::ofstream(top / file) << "code";
      chmod((top / file).c_str(), 0755);
    }
  }
  void TearDown() override { fs::remove_all(top); }

  void allow(const char* what, mode_t mode) const { chmod((top / what).c_str(), mode); }

  /// "" where it is trusted.
  std::string refusal() const {
    const Status checked = check_trusted(top / module, top / program);
    return checked ? "" : checked.error().message();
  }

  const fs::path program = "bin/program", module = "lib/x/module";
  fs::path top;
};

TEST_F(Trust, what_only_the_caller_may_change_is_trusted) {
  EXPECT_EQ(refusal(), "");
  fs::rename(top / module, top / "lib/real");
  fs::create_symlink("../real", top / module);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Trust, what_anyone_may_write_is_not) {
  for (const char* what : {"lib", "lib/x", "lib/x/module"}) {
    allow(what, 0777);
    EXPECT_THAT(refusal(), HasSubstr(std::string(what) + " can be changed by anyone"));
    allow(what, 0755);
  }
  // Others can put a file of that name there, though not take this one away.
  allow("lib/x", 01777);
  EXPECT_THAT(refusal(), HasSubstr("lib/x can be changed by anyone"));
  allow("lib/x", 0755);
  allow("lib", 01777);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Trust, a_link_is_judged_by_where_it_leads) {
  fs::create_directory(top / "open");
  fs::rename(top / module, top / "open/real");
  allow("open", 0777);
  fs::create_symlink("../../open/real", top / module);
  EXPECT_THAT(refusal(), HasSubstr("open can be changed by anyone"));
}

TEST_F(Trust, a_group_is_trusted_where_it_may_change_the_program_too) {
  allow("lib/x/module", 0775);
  EXPECT_THAT(refusal(), HasSubstr("can be changed by group " + std::to_string(getegid())));
  allow("bin/program", 0775);
  EXPECT_EQ(refusal(), "");
  allow("bin/program", 0755);
  allow("lib/x/module", 0755);
  allow("lib", 0775);
  EXPECT_THAT(refusal(), HasSubstr("lib can be changed by group"));
  allow("bin", 0775);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Trust, an_owner_is_root_the_caller_or_the_owner_of_the_program) {
  if (geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const auto give = [&](const fs::path& what, uid_t to) {
    EXPECT_EQ(chown((top / what).c_str(), to, static_cast<gid_t>(-1)), 0);
  };
  give(module, 65534);
  EXPECT_THAT(refusal(), HasSubstr("module can be changed by uid 65534, its owner"));
  give(program, 65534);
  EXPECT_EQ(refusal(), "");
  give(program, 0);
  give(module, 0);
  give("lib", 65534);
  EXPECT_THAT(refusal(), HasSubstr("lib can be changed by uid 65534, its owner"));
}

TEST_F(Trust, what_is_not_there_is_not_found) {
  const Status checked = check_trusted(top / "none", top / program);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, Kind::not_found);
}

}  // namespace
}  // namespace bpfmaps
