// SPDX-License-Identifier: BSD-2-Clause
// tools/demo, which is what a newcomer sees first, counts what it sends.
#include <gmock/gmock.h>

#include "kernel/sandbox.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using testing::HasSubstr;

class DemoTest : public KernelTest {
 protected:
  static Ran demo(const How& how = {}) {
    return run({"unshare", "--mount", "--net", "--propagation", "private",
                BPFMAPS_SOURCE_DIR "/tools/playground", "--in-namespaces", BPFMAPS_BINARY,
                BPFMAPS_SOURCE_DIR "/tools/demo", "--in-playground"},
               how);
  }
};

TEST_F(DemoTest, counts_the_packets_it_sends_and_takes_everything_away) {
  const Ran ran = demo();
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("100 packets sent, 100 counted, nothing left behind"));
  EXPECT_EQ(ran.err, "bpfmaps: no pins\n");
}

TEST_F(DemoTest, fails_where_its_output_goes_nowhere) {
  EXPECT_NE(demo({.to = Stdout::full_disk}).exit_code, 0);
}

}  // namespace
}  // namespace bpfmaps::test
