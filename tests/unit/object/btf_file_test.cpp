// SPDX-License-Identifier: BSD-2-Clause
#include "object/btf_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

namespace bpfmaps::object {
namespace {

using testing::HasSubstr;

TEST(ReadTypes, of_objects_and_built_ins) {
  const auto file = read_types(std::string(BPFMAPS_FIXTURES) + "/count.bpf.o");
  EXPECT_TRUE(file) << file.error().message();
  const auto built_in = read_types("xdp_policy");
  ASSERT_TRUE(built_in) << built_in.error().message();
  EXPECT_GT(btf__find_by_name_kind(built_in->get(), "source_prefix", BTF_KIND_STRUCT), 0);
}

TEST(ReadTypes, of_the_kernel) {
  constexpr const char* kKernel = "/sys/kernel/btf/vmlinux";
  if (access(kKernel, R_OK) != 0) GTEST_SKIP() << "the kernel has no BTF of its own";
  const auto types = read_types(kKernel);
  ASSERT_TRUE(types) << types.error().message();
  EXPECT_GT(btf__find_by_name_kind(types->get(), "task_struct", BTF_KIND_STRUCT), 0);
}

TEST(ReadTypes, says_where_there_are_none) {
  EXPECT_THAT(read_types("/bin/true").error().message(), HasSubstr("holds no BTF"));
  EXPECT_THAT(read_types("/etc/passwd").error().message(), HasSubstr("not an ELF object"));
  EXPECT_EQ(read_types("/nosuch").error().kind, Kind::not_found);
}

}  // namespace
}  // namespace bpfmaps::object
