// SPDX-License-Identifier: BSD-2-Clause
#include "layout/declared_map.h"

#include <gmock/gmock.h>

#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names(const std::vector<DeclaredMap>& maps) {
  std::vector<std::string> found;
  for (const DeclaredMap& map : maps) found.push_back(map.name);
  return found;
}

TEST(DeclaredMap, is_found_by_what_the_kernel_keeps_of_its_name) {
  testing::Types of;
  const int u32 = of.integer("__u32", 4), u64 = of.integer("__u64", 8);
  const int sized = of.pointer(of.array(of.integer("int", 4), 1));
  const int both = of.structure(
      "", 24, {{"type", sized}, {"key", of.pointer(u32), 64}, {"value", of.pointer(u64), 128}});
  const int sizes = of.structure("", 16, {{"type", sized}, {"key_size", sized, 64}});
  of.section(".maps", {{"a_map_with_a_long_name", both}, {"small", sizes}});

  const auto found = find_declared_maps(of.get(), {.name = "a_map_with_a_lo"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].type, 1u);
  EXPECT_EQ(found[0].key_id, static_cast<std::uint32_t>(u32));
  EXPECT_EQ(found[0].value_id, static_cast<std::uint32_t>(u64));
  EXPECT_EQ(found[0].value_size, 8u);
  const auto without = find_declared_maps(of.get(), {.name = "small"});
  ASSERT_EQ(without.size(), 1u);
  EXPECT_EQ(without[0].key_id, 0u);
  EXPECT_EQ(without[0].key_size, 1u);
  EXPECT_TRUE(find_declared_maps(of.get(), {.name = "a_map"}).empty());
  EXPECT_THAT(declared_maps(of.get()), ::testing::ElementsAre("a_map_with_a_long_name", "small"));
}

TEST(DeclaredMap, of_global_data_is_a_section) {
  testing::Types of;
  const int u32 = of.integer("__u32", 4);
  const auto data = static_cast<std::uint32_t>(of.section(".data", {{"limit", u32}}));
  const auto long_one = static_cast<std::uint32_t>(of.section(".rodata.settings", {{"x", u32}}));
  const auto found = find_declared_maps(of.get(), {.name = "golden.data"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].value_id, data);
  EXPECT_EQ(found[0].key_id, 0u);
  const auto other = find_declared_maps(of.get(), {.name = ".rodata.setting"});
  ASSERT_EQ(other.size(), 1u);
  EXPECT_EQ(other[0].value_id, long_one);
  EXPECT_TRUE(find_declared_maps(of.get(), {.name = "golden.bss"}).empty());
}

TEST(DeclaredMap, is_none_without_the_section) {
  testing::Types of;
  of.integer("__u32", 4);
  EXPECT_TRUE(find_declared_maps(of.get(), {.name = "x"}).empty());
  EXPECT_THAT(declared_maps(of.get()), ::testing::IsEmpty());
}

TEST(DeclaredMap, of_several_that_agree_is_that_of_the_pin_or_of_the_sizes) {
  testing::Types of;
  const int u32 = of.integer("__u32", 4), u64 = of.integer("__u64", 8);
  const int i = of.integer("int", 4);
  const auto map = [&](std::uint32_t type, int value) {
    return of.structure("", 24,
                        {{"type", of.pointer(of.array(i, type))},
                         {"key", of.pointer(u32), 64},
                         {"value", of.pointer(value), 128}});
  };
  of.section(".maps", {{"connection_stats_tcp", map(1, u64)},
                       {"connection_stats_udp", map(1, u64)},
                       {"connection_stats_raw", map(2, u64)},
                       {"connection_stats_ip", map(1, u32)}});
  MapTraits traits{.name = "connection_stat", .type = 1, .key_size = 4, .value_size = 8};
  EXPECT_THAT(names(find_declared_maps(of.get(), traits)),
              ElementsAre("connection_stats_tcp", "connection_stats_udp"));
  traits.pin = "connection_stats_udp";
  EXPECT_THAT(names(find_declared_maps(of.get(), traits)), ElementsAre("connection_stats_udp"));
  traits = {.name = "connection_stat", .type = 2};
  EXPECT_THAT(names(find_declared_maps(of.get(), traits)), ElementsAre("connection_stats_raw"));
  traits = {.name = "connection_stat", .value_size = 4};
  EXPECT_THAT(names(find_declared_maps(of.get(), traits)), ElementsAre("connection_stats_ip"));
  // Sizes that no declaration has are told when its types are compiled.
  traits = {.name = "connection_stat", .pin = "connection_stats_ip", .value_size = 16};
  EXPECT_THAT(names(find_declared_maps(of.get(), traits)), ElementsAre("connection_stats_ip"));
}

TEST(DeclaredMap, of_global_data_is_found_by_its_pin_and_its_size) {
  testing::Types of;
  const int u32 = of.integer("__u32", 4), u64 = of.integer("__u64", 8);
  of.section(".data.settings_one", {{"x", u32}});
  of.section(".data.settings_two", {{"x", u64}});
  EXPECT_THAT(names(find_declared_maps(of.get(), {.name = ".data.settings_", .value_size = 8})),
              ElementsAre(".data.settings_two"));
  EXPECT_THAT(
      names(find_declared_maps(of.get(), {.name = ".data.settings_", .pin = "_data_settings_one"})),
      ElementsAre(".data.settings_one"));
}

TEST(DeclaredMap, may_lie_in_structs_of_one_member) {
  testing::Types of;
  const int u32 = of.integer("u32", 4), u64 = of.integer("u64", 8);
  const int number = of.pointer(of.array(of.integer("i32", 4), 1));
  const int marker = of.structure("PhantomData", 0, {});
  const int definition = of.structure(
      "HashMapDef", 24,
      {{"type", number}, {"key", of.pointer(u32), 64}, {"value", of.pointer(u64), 128}});
  const int cell = of.structure("UnsafeCell", 24, {{"value", definition}});
  const int map = of.structure("HashMap", 24, {{"__0", cell}, {"__1", marker, 192}});
  of.section(".maps", {{"FLOWS", map}});
  const auto found = find_declared_maps(of.get(), {.name = "FLOWS"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].key_id, static_cast<std::uint32_t>(u32));
  EXPECT_EQ(found[0].value_id, static_cast<std::uint32_t>(u64));
}

}  // namespace
}  // namespace bpfmaps::layout
