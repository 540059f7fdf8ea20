// SPDX-License-Identifier: BSD-2-Clause
#include "layout/declared_map.h"

#include <gmock/gmock.h>

#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

TEST(DeclaredMap, is_found_by_what_the_kernel_keeps_of_its_name) {
  testing::Types of;
  const int u32 = of.integer("__u32", 4), u64 = of.integer("__u64", 8);
  const int sized = of.pointer(of.array(of.integer("int", 4), 1));
  const int both = of.structure(
      "", 24, {{"type", sized}, {"key", of.pointer(u32), 64}, {"value", of.pointer(u64), 128}});
  const int sizes = of.structure("", 16, {{"type", sized}, {"key_size", sized, 64}});
  of.section(".maps", {{"a_map_with_a_long_name", both}, {"small", sizes}});

  const auto found = find_declared_map(of.get(), "a_map_with_a_lo");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key_id, static_cast<std::uint32_t>(u32));
  EXPECT_EQ(found->value_id, static_cast<std::uint32_t>(u64));
  const auto without = find_declared_map(of.get(), "small");
  ASSERT_TRUE(without);
  EXPECT_EQ(without->key_id, 0u);
  EXPECT_FALSE(find_declared_map(of.get(), "a_map"));
  EXPECT_THAT(declared_maps(of.get()), ::testing::ElementsAre("a_map_with_a_long_name", "small"));
}

TEST(DeclaredMap, of_global_data_is_a_section) {
  testing::Types of;
  const int u32 = of.integer("__u32", 4);
  const auto data = static_cast<std::uint32_t>(of.section(".data", {{"limit", u32}}));
  const auto long_one = static_cast<std::uint32_t>(of.section(".rodata.settings", {{"x", u32}}));
  EXPECT_EQ(find_declared_map(of.get(), "golden.data")->value_id, data);
  EXPECT_EQ(find_declared_map(of.get(), "golden.data")->key_id, 0u);
  EXPECT_EQ(find_declared_map(of.get(), ".rodata.setting")->value_id, long_one);
  EXPECT_FALSE(find_declared_map(of.get(), "golden.bss"));
}

TEST(DeclaredMap, is_none_without_the_section) {
  testing::Types of;
  of.integer("__u32", 4);
  EXPECT_FALSE(find_declared_map(of.get(), "x"));
  EXPECT_THAT(declared_maps(of.get()), ::testing::IsEmpty());
}

}  // namespace
}  // namespace bpfmaps::layout
