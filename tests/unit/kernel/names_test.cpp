// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/names.h"

#include <gmock/gmock.h>

#include "kernel/btf.h"

namespace bpfmaps::kernel {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(Names, come_from_libbpf) {
  EXPECT_EQ(map_type_name(1), "hash");
  EXPECT_EQ(prog_type_name(6), "xdp");
  EXPECT_EQ(link_type_name(6), "xdp");
  EXPECT_EQ(attach_type_name(37), "xdp");
}

TEST(Names, a_type_newer_than_libbpf_is_named_by_the_running_kernel) {
  if (vmlinux_btf() == nullptr || btf__find_by_name(vmlinux_btf(), "bpf_arena") < 0)
    GTEST_SKIP() << "needs Linux 6.9 or later with BTF";
  EXPECT_EQ(map_type_name(33), "arena");
  EXPECT_EQ(link_type_name(11), "tcx");
  EXPECT_EQ(map_type_from_name("arena"), 33);
}

TEST(Names, a_type_that_nobody_knows_is_its_number) {
  EXPECT_EQ(map_type_name(4000), "type 4000");
  EXPECT_EQ(map_type_from_name("type 4000"), -1);
}

TEST(Names, map_types_are_listed_in_the_order_of_their_numbers) {
  const auto names = map_type_names();
  EXPECT_EQ(names.at(0), "hash");
  EXPECT_EQ(names.at(10), "lpm_trie");
  EXPECT_THAT(names, Not(Contains(testing::HasSubstr("max"))));
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_EQ(map_type_from_name(names[i]), static_cast<int>(i) + 1) << names[i];
}

TEST(Names, flags_that_nobody_knows_are_kept_as_bits) {
  EXPECT_THAT(map_flag_names(0), IsEmpty());
  EXPECT_THAT(map_flag_names(0x401), ElementsAre("no_prealloc", "mmapable"));
  EXPECT_THAT(map_flag_names(0xc0000001), ElementsAre("no_prealloc", "0xc0000000"));
  for (const std::string_view name : all_map_flag_names())
    EXPECT_THAT(map_flag_names(map_flag_from_name(name)), ElementsAre(name));
}

TEST(Names, verdicts_end_at_redirect) {
  EXPECT_EQ(xdp_action_name(2), "XDP_PASS");
  EXPECT_EQ(xdp_action_name(5), "");
}

}  // namespace
}  // namespace bpfmaps::kernel
