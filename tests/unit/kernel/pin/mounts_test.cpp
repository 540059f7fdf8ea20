// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/mounts.h"

#include <gmock/gmock.h>

namespace bpfmaps::kernel {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

TEST(Mounts, reads_a_line_with_any_number_of_optional_fields) {
  constexpr std::string_view kText =
      "36 35 0:31 / /sys/fs/bpf rw,nosuid - bpf bpf rw,mode=700\n"
      "37 35 0:32 /d /bound rw master:1 shared:2 - bpf none rw\n"
      "38 35 0:33 / / rw - ext4 /dev/sda1 rw\n";
  const auto mounts = parse_mountinfo(kText);
  EXPECT_THAT(mounts, ElementsAre(Field(&Mount::type, "bpf"), Field(&Mount::type, "bpf"),
                                  Field(&Mount::type, "ext4")));
  EXPECT_EQ(mounts[1].id, 37u);
  EXPECT_EQ(mounts[1].point, "/bound");
}

TEST(Mounts, undoes_octal_escapes) {
  const auto mounts = parse_mountinfo(R"(1 0 0:1 / /a\040b\011c\012d\134e\043\1 rw - bpf bpf rw)");
  ASSERT_EQ(mounts.size(), 1u);
  EXPECT_EQ(mounts[0].point, "/a b\tc\nd\\e#\\1");
}

TEST(Mounts, skips_what_is_no_line_of_mountinfo) {
  for (const char* text : {"", "\n", "1 2 3 4", "1 2 3 / /x rw -", "x 0 0:1 / /x rw - bpf bpf rw"})
    EXPECT_THAT(parse_mountinfo(text), IsEmpty()) << text;
}

}  // namespace
}  // namespace bpfmaps::kernel
