// SPDX-License-Identifier: BSD-2-Clause
// What a user without any capability gets: what the mode of a pin allows, and otherwise the reason.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "golden/maps.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const How kNobody{.as_nobody = true};

class NobodyTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    make_golden_maps();
    must(chmod(kReadable.c_str(), 0644), "chmod");
  }

  const std::string kReadable = pin("golden/stats"), kPrivate = pin("golden/flows");
};

// Maps are opened read-only, or 0644 would not do. BTF needs CAP_SYS_ADMIN.
TEST_F(NobodyTest, a_readable_pin_is_dumped_as_bytes_with_one_hint) {
  const Ran ran = run_bpfmaps({"map", "dump", kReadable, "--jsonl"}, kNobody);
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("{\"key\":2,\"value\":\"14 00 00 00 00 00 00 00 00 05 00 00 00 00 "
                                 "00 00\"}\n"));
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
}

TEST_F(NobodyTest, a_private_pin_is_refused_for_its_mode) {
  const Ran ran = run_bpfmaps({"map", "dump", kPrivate}, kNobody);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, AllOf(HasSubstr(kPrivate), HasSubstr("EACCES"), HasSubstr("mode")));
}

TEST_F(NobodyTest, an_id_is_refused_for_a_capability) {
  const std::string id = std::to_string(map_id(Fd(bpf_obj_get(kReadable.c_str())).get()));
  const Ran ran = run_bpfmaps({"map", "dump", "id", id}, kNobody);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("EPERM"), HasSubstr("CAP_SYS_ADMIN")));
}

TEST_F(NobodyTest, a_readable_pin_cannot_be_written) {
  const Ran ran =
      run_bpfmaps({"map", "update", kReadable, "key", "2", "value", "hex", "01 02"}, kNobody);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, AllOf(HasSubstr(kReadable), HasSubstr("EACCES"), HasSubstr("write")));
}

// The words may be right: who has not the right to the types cannot know.
TEST_F(NobodyTest, fields_cannot_be_named_without_the_right_to_the_types) {
  const std::vector<std::vector<std::string>> all = {
      {"map", "dump", kReadable, "--where", "packets > 3"},
      {"map", "dump", kReadable, "--sort", "packets"},
      {"map", "dump", kReadable, "--fields", "packets"},
      {"map", "count", kReadable, "--where", "packets > 3"},
      {"map", "watch", kReadable, "--once", "--interval", "0.01", "--sort", "packets"},
      {"map", "watch", kReadable, "--once", "--interval", "0.01", "--where", "packets > 3"},
      {"map", "lookup", kReadable, "key", "id=1"}};
  for (const auto& words : all) {
    const Ran ran = run_bpfmaps(words, kNobody);
    EXPECT_EQ(ran.exit_code, 4) << words[1] << " " << words[3] << "\n" << ran.err;
    EXPECT_THAT(ran.err, AllOf(HasSubstr("only with CAP_SYS_ADMIN"), HasSubstr("--btf FILE")));
  }
  const Ran known =
      run_bpfmaps({"map", "dump", kReadable, "--fields", "packets", "--raw"}, kNobody);
  EXPECT_EQ(known.exit_code, 2) << known.err;
}

// "run as root" is no help to those who are.
TEST_F(NobodyTest, root_without_a_capability_is_told_which) {
  const std::string id = std::to_string(map_id(Fd(bpf_obj_get(kReadable.c_str())).get()));
  const Ran ran = run({"setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin",
                       BPFMAPS_BINARY, "map", "dump", "id", id});
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, HasSubstr("hint: root lacks CAP_SYS_ADMIN here, as in a container"));
}

}  // namespace
}  // namespace bpfmaps::test
