// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/names.h"

#include <gmock/gmock.h>
#include <linux/bpf.h>

#include <cctype>
#include <tuple>

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

TEST(Names, are_those_of_the_running_kernel) {
  using NameOf = std::string (*)(std::uint32_t);
  const std::tuple<const char*, std::string_view, NameOf> enums[] = {
      {"bpf_map_type", "BPF_MAP_TYPE_", map_type_name},
      {"bpf_prog_type", "BPF_PROG_TYPE_", prog_type_name},
      {"bpf_link_type", "BPF_LINK_TYPE_", link_type_name},
      {"bpf_attach_type", "BPF_", attach_type_name},
      {"bpf_cmd", "BPF_", [](std::uint32_t value) { return known_name(Enum::commands, value); }}};
  if (vmlinux_btf() == nullptr) GTEST_SKIP() << "the kernel has no BTF";
  for (const auto& [enum_name, prefix, name_of] : enums) {
    const int id = btf__find_by_name_kind(vmlinux_btf(), enum_name, BTF_KIND_ENUM);
    ASSERT_GT(id, 0) << enum_name;
    const btf_type* type = btf__type_by_id(vmlinux_btf(), static_cast<std::uint32_t>(id));
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
      const auto& value = btf_enum(type)[i];
      std::string name = btf__name_by_offset(vmlinux_btf(), value.name_off);
      if (!name.starts_with(prefix) || name.ends_with("_DEPRECATED")) continue;
      if (name == "BPF_PROG_RUN") continue;  // another word for BPF_PROG_TEST_RUN
      name.erase(0, prefix.size());
      for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
      EXPECT_EQ(name_of(static_cast<std::uint32_t>(value.val)), name);
    }
  }
}

TEST(Names, newer_types_are_known_without_the_kernel) {
  EXPECT_EQ(map_type_name(33), "arena");
  EXPECT_EQ(map_type_from_name("arena"), 33);
  EXPECT_EQ(prog_type_name(32), "netfilter");
  EXPECT_EQ(link_type_name(11), "tcx");
  EXPECT_EQ(attach_type_name(57), "trace_uprobe_session");
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

TEST(Names, helpers_are_those_of_the_headers) {
  EXPECT_EQ(helper_name(BPF_FUNC_unspec), "");
  EXPECT_EQ(helper_name(BPF_FUNC_map_lookup_elem), "bpf_map_lookup_elem");
  EXPECT_EQ(helper_name(BPF_FUNC_tail_call), "bpf_tail_call");
  EXPECT_EQ(helper_name(0xffffffff), "");
}

}  // namespace
}  // namespace bpfmaps::kernel
