// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/fdinfo.h"

#include <gmock/gmock.h>

namespace bpfmaps::kernel {
namespace {

TEST(Fdinfo, a_key_is_matched_whole) {
  // bpftool looks for "memlock" anywhere in the line.
  constexpr std::string_view kText = "old_memlock:\t1\nmemlock_peak:\t2\nmemlock:\t4096\n";
  EXPECT_EQ(fdinfo_number(kText, "memlock"), 4096u);
  EXPECT_EQ(fdinfo_number(kText, "lock"), std::nullopt);
}

TEST(Fdinfo, what_is_no_number_is_nothing) {
  EXPECT_EQ(fdinfo_number("memlock:\t\n", "memlock"), std::nullopt);
  EXPECT_EQ(fdinfo_number("memlock", "memlock"), std::nullopt);
  EXPECT_EQ(fdinfo_number("", "memlock"), std::nullopt);
}

TEST(Fdinfo, says_what_a_prog_array_belongs_to) {
  const MapFdInfo info = parse_map_fdinfo(
      "map_type:\t3\nmap_extra:\t0x0\nmemlock:\t344\nfrozen:\t1\n"
      "owner_prog_type:\t6\nowner_jited:\t1\n");
  EXPECT_EQ(info.memlock, 344u);
  EXPECT_TRUE(info.frozen);
  EXPECT_TRUE(info.has_owner);
  EXPECT_EQ(info.owner_prog_type, 6u);
  EXPECT_TRUE(info.owner_jited);
  EXPECT_FALSE(parse_map_fdinfo("memlock:\t344\n").has_owner);
}

}  // namespace
}  // namespace bpfmaps::kernel
