// SPDX-License-Identifier: BSD-2-Clause
// BTF that does not make sense is refused before a value is read.
#include "layout/compile.h"

#include <gmock/gmock.h>

#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::HasSubstr;
using testing::Types;

std::string refusal(const Types& types, int id, std::uint32_t size) {
  const auto compiled = compile(types.get(), static_cast<std::uint32_t>(id), size);
  if (compiled) return "compiled";
  EXPECT_EQ(compiled.error().kind, Kind::invalid);
  EXPECT_THAT(compiled.error().hint, HasSubstr("--raw"));
  return compiled.error().message();
}

TEST(Compile, refuses_a_type_of_another_size) {
  Types types;
  EXPECT_THAT(refusal(types, types.integer("__u32", 4), 8),
              HasSubstr("type `__u32` has 4 bytes where the map has 8"));
}

TEST(Compile, refuses_ids_that_are_no_type) {
  Types types;
  EXPECT_THAT(refusal(types, 0, 4), HasSubstr("type id 0 is no value"));
  EXPECT_THAT(refusal(types, 99, 4), HasSubstr("type id 99 is no value"));
}

TEST(Compile, refuses_a_member_outside_its_struct) {
  Types types;
  const int u32 = types.integer("__u32", 4);
  EXPECT_THAT(refusal(types, types.structure("s", 4, {{"late", u32, 16}}), 4),
              HasSubstr("member `late` lies outside its struct"));
}

TEST(Compile, refuses_a_struct_that_holds_itself) {
  Types types;
  // The id of the struct is known beforehand: ids are given in order.
  const int itself = types.integer("__u32", 4) + 1;
  EXPECT_THAT(refusal(types, types.structure("s", 8, {{"again", itself, 0}}), 8),
              HasSubstr("`s` holds itself"));
}

TEST(Compile, refuses_bitfields_of_what_is_no_number) {
  Types types;
  const int u32 = types.integer("__u32", 4);
  for (const int type : {types.pointer(u32), types.floating("double", 8)})
    EXPECT_THAT(refusal(types, types.structure("s", 5, {{"a", type, 8, 20}}), 5),
                HasSubstr("member `a` lies outside its struct"));
}

TEST(Compile, what_has_no_bytes_holds_nothing_however_much_of_it_there_is) {
  Types types;
  const int u32 = types.integer("__u32", 4);
  int empty = types.structure("s0", 0, {});
  for (int level = 1; level <= 28; ++level) {
    const std::string name = "s" + std::to_string(level);
    empty = types.structure(name.c_str(), 0, {{"a", empty}, {"b", empty}});
  }
  const int many = types.array(empty, 0x7fffffff);
  const Layout layout = types.layout(
      types.structure("top", 4, {{"n", u32, 0}, {"tree", empty, 32}, {"x", many, 32}}));
  ASSERT_EQ(layout.root().children.size(), 3u);
  EXPECT_TRUE(layout.root().children[1].children.empty());
  EXPECT_EQ(layout.root().children[2].count, 0u);
}

TEST(Compile, refuses_an_array_larger_than_memory) {
  Types types;
  const int u64 = types.integer("__u64", 8);
  EXPECT_THAT(refusal(types, types.array(types.array(u64, 1u << 30), 1u << 30), 8),
              HasSubstr("larger than 4 GiB"));
}

TEST(Compile, resolves_typedefs_and_keeps_the_name_people_wrote) {
  Types types;
  const int name = types.type_name("counter_t", types.integer("unsigned long", 8));
  const Layout layout = types.layout(name);
  EXPECT_EQ(layout.root().type, "counter_t");
  EXPECT_EQ(layout.root().shape, Shape::unsigned_int);
}

TEST(Compile, elements_without_bytes_are_none_however_many_there_are) {
  Types types;
  const int u8 = types.integer("__u8", 1);
  for (const int nothing : {types.structure("unit", 0, {}), types.array(u8, 0),
                            types.array(types.integer("char", 1), 0)}) {
    const Layout layout =
        types.layout(types.array(types.array(nothing, 0x7fffffff), 0x7fffffff), 0);
    EXPECT_EQ(layout.root().count, 0u);
    EXPECT_EQ(layout.root().size, 0u);
  }
}

TEST(Compile, refuses_a_type_that_makes_gigabytes_of_text_of_a_few_bytes) {
  Types types;
  const int each =
      types.structure("each", 1, {{std::string(400, 'x').c_str(), types.integer("__u8", 1), 0}});
  const auto compiled =
      compile(types.get(), static_cast<std::uint32_t>(types.array(each, 1 << 20)), 1 << 20);
  ASSERT_FALSE(compiled);
  EXPECT_EQ(compiled.error().kind, Kind::unsupported);
  EXPECT_THAT(compiled.error().message(), HasSubstr("MiB of text of its 1048576 bytes"));
}

TEST(Compile, behind_our_limit_of_levels_there_are_bytes) {
  Types types;
  int inner = types.integer("__u32", 4);
  for (int i = 0; i < 40; ++i) inner = types.structure("s", 4, {{"m", inner, 0}});
  const Layout layout = types.layout(inner);
  EXPECT_THAT(layout.remark(), HasSubstr("32 levels"));
  const Node* node = &layout.root();
  int levels = 0;
  for (; node->shape == Shape::record; node = &node->children[0]) ++levels;
  EXPECT_EQ(levels, 33);
  EXPECT_EQ(node->shape, Shape::bytes);
  EXPECT_EQ(node->size, 4u);
}

TEST(Compile, behind_our_limit_of_parts_there_are_bytes) {
  Types types;
  const int u32 = types.integer("__u32", 4);
  const std::vector<std::string> names = [] {
    std::vector<std::string> made;
    for (int i = 0; i < 1000; ++i) made.push_back("c" + std::to_string(i));
    return made;
  }();
  std::vector<Types::Member> counters, variables;
  for (std::uint32_t i = 0; i < 1000; ++i) counters.push_back({names[i].c_str(), u32, i * 32});
  const int stats = types.structure("stats", 4000, counters);
  for (std::size_t i = 0; i < 80; ++i) variables.push_back({names[i].c_str(), stats});
  const Layout layout = types.layout(types.section(".bss", variables));
  EXPECT_THAT(layout.remark(), HasSubstr("65536 parts"));
  EXPECT_EQ(layout.root().children.size(), 80u);
  EXPECT_EQ(layout.root().children[3].children.size(), 1000u);
  EXPECT_EQ(layout.root().children[79].shape, Shape::bytes);
  EXPECT_EQ(layout.root().children[79].size, 4000u);
}

TEST(Compile, a_long_chain_of_typedefs_is_no_nesting) {
  Types types;
  int id = types.integer("__u32", 4);
  for (int i = 0; i < 40; ++i) id = types.type_name(("t" + std::to_string(i)).c_str(), id);
  EXPECT_EQ(types.layout(id, 4).root().type, "t39");
  EXPECT_EQ(types.layout(id, 4).remark(), "");
}

TEST(Compile, what_only_the_kernel_reads_and_writes_is_left_out) {
  Types types;
  const int u32 = types.integer("__u32", 4), u64 = types.integer("__u64", 8);
  const int task = types.structure("task_struct", 4, {{"pid", u32, 0}});
  const int owned = types.pointer(types.type_tag("kptr", task));
  const int timer = types.structure("bpf_timer", 16, {{"__opaque", types.array(u64, 2), 0}});
  const Layout layout = types.layout(
      types.structure("s", 120,
                      {{"before", u64, 0},
                       {"loose", types.pointer(types.type_tag("kptr_untrusted", task)), 64},
                       {"tasks", types.array(owned, 4), 128},
                       {"timers", types.array(timer, 4), 384},
                       {"plain", types.pointer(task), 896}}));
  ASSERT_EQ(layout.root().children.size(), 2u);
  EXPECT_EQ(layout.root().children[0].name, "before");
  EXPECT_EQ(layout.root().children[1].name, "plain");
}

TEST(Compile, a_flexible_array_has_what_is_left_of_its_variable) {
  Types types;
  const int u32 = types.integer("__u32", 4);
  const int table =
      types.structure("table", 4, {{"len", u32, 0}, {"entry", types.array(u32, 0), 32}});
  const int text = types.structure(
      "label", 4, {{"len", u32, 0}, {"name", types.array(types.integer("char", 1), 0), 32}});
  const Layout layout =
      types.layout(types.section(".data", {{.name = "config", .type = table, .size = 20},
                                           {.name = "label", .type = text, .size = 12},
                                           {"after", u32}}));
  const Node& entry = layout.root().children[0].children[1];
  EXPECT_EQ(entry.count, 4u);
  EXPECT_EQ(entry.size, 16u);
  EXPECT_EQ(entry.type, "__u32[4]");
  EXPECT_EQ(layout.root().children[1].children[1].size, 8u);
  EXPECT_EQ(layout.root().children[2].offset, 32u);
}

}  // namespace
}  // namespace bpfmaps::layout
