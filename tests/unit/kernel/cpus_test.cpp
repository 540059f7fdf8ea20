// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/cpus.h"

#include <gmock/gmock.h>

namespace bpfmaps::kernel {
namespace {

using testing::ElementsAre;

TEST(Cpus, reads_single_numbers_and_ranges) {
  EXPECT_THAT(*parse_cpu_list("0"), ElementsAre(0));
  EXPECT_THAT(*parse_cpu_list("0-3,5,8-9"), ElementsAre(0, 1, 2, 3, 5, 8, 9));
}

TEST(Cpus, refuses_what_is_no_list) {
  for (const char* text : {"", "x", "1-", "-1", "3-1", "0,,x", "0-99999999999", "1 2"})
    EXPECT_FALSE(parse_cpu_list(text)) << text;
}

TEST(Cpus, this_machine_has_at_least_one) { EXPECT_FALSE(possible_cpus()->empty()); }

}  // namespace
}  // namespace bpfmaps::kernel
