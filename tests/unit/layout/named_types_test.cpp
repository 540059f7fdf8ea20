// SPDX-License-Identifier: BSD-2-Clause
#include "layout/named_types.h"

#include <gmock/gmock.h>

#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using testing::Types;

/// The C type and size of what `name` finds, or the error and its hint.
std::string found(const btf* from, std::string_view name) {
  NamedTypes types(from);
  const auto id = types.add(name);
  if (!id) return id.error().message() + " | " + id.error().hint;
  const auto layout = compile(types.types(), *id, types.size_of(*id));
  if (!layout) return layout.error().message();
  return layout->root().type + " " + std::to_string(layout->root().size);
}

TEST(NamedTypes, knows_the_basic_types_without_any_btf) {
  EXPECT_EQ(found(nullptr, "u32"), "u32 4");
  EXPECT_EQ(found(nullptr, "unsigned long"), "unsigned long 8");
  EXPECT_EQ(found(nullptr, " __be32 "), "__be32 4");
  EXPECT_EQ(found(nullptr, "struct in_addr"), "struct in_addr 4");
  EXPECT_EQ(found(nullptr, "struct in6_addr[2]"), "struct in6_addr[2] 32");
  EXPECT_EQ(found(nullptr, "char[16]"), "char[16] 16");
  EXPECT_EQ(found(nullptr, "u64[4][2]"), "u64[2][4] 64");
  EXPECT_EQ(found(nullptr, "u33"), "no type is called `u33` | did you mean `u32`?");
  EXPECT_EQ(found(nullptr, "struct flow"),
            "no type is called `struct flow` | --btf FILE tells where your own types are");
  EXPECT_EQ(found(nullptr, "u32[x]"), "`u32[x]` has no array bounds as in `u64[4]` | ");
}

TEST(NamedTypes, brings_a_type_and_all_it_is_made_of) {
  Types of;
  const int u8 = of.integer("__u8", 1), u32 = of.integer("__u32", 4);
  of.enumeration("verdict", 4, {{"PASS", 0}, {"DROP", 1}});
  const int verdict = of.type_name("verdict", u32);
  const int either = of.one_of("", 4, {{"mark", u32}, {"bytes", of.array(u8, 4)}});
  const int list = of.structure("list", 8, {});
  of.structure("flow", 24,
               {{"next", of.pointer(list)},
                {"verdict", verdict, 64},
                {"", either, 96},
                {"low", u8, 128, 3},
                {"high", u8, 131, 5},
                {"tail", u8, 136}});
  NamedTypes types(of.get());
  const auto id = types.add("struct flow");
  ASSERT_TRUE(id) << id.error().message();
  EXPECT_EQ(btf__find_by_name(types.types(), "list"), -ENOENT) << "a pointer brings nothing along";
  const auto layout = compile(types.types(), *id, 24);
  ASSERT_TRUE(layout) << layout.error().message();
  const auto& fields = layout->root().children;
  ASSERT_EQ(fields.size(), 7u);
  EXPECT_EQ(fields[1].shape, Shape::enumeration) << "the enum named like the typedef is there";
  EXPECT_EQ(fields[3].name, "bytes");
  EXPECT_EQ(fields[3].offset, 12u);
  EXPECT_EQ(fields[5].name, "high");
  EXPECT_EQ(fields[5].bit_offset, 3);
  EXPECT_EQ(fields[5].bits, 5);
  EXPECT_EQ(found(of.get(), "struct flow[2]"), "struct flow[2] 48");
}

TEST(NamedTypes, of_one_name_are_told_apart_by_size_or_refused) {
  Types of;
  const int u32 = of.integer("u32", 4);
  of.structure("foo", 4, {{"first", u32, 0}});
  of.structure("foo", 8, {{"second", u32, 0}, {"third", u32, 32}});
  of.structure("foo", 8, {{"second", u32, 0}, {"third", u32, 32}});  // the same once more
  const int sport = of.structure("event", 8, {{"sport", u32, 0}, {"dport", u32, 32}});
  of.structure("event", 8, {{"pid", u32, 0}, {"tid", u32, 32}});
  NamedTypes types(of.get());
  EXPECT_EQ(types.size_of(*types.add("struct foo", 8)), 8u);
  EXPECT_EQ(types.size_of(*types.add("struct foo", 4)), 4u);
  EXPECT_EQ(types.size_of(*types.add("struct foo[3]", 24)), 24u);
  EXPECT_FALSE(types.add("struct foo"));
  const auto event = types.add("struct event", 8);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().message(), "several types are called `struct event`, and they differ");
  const std::string number = "#" + std::to_string(sport);
  EXPECT_THAT(event.error().hint, ::testing::HasSubstr(number + ", 8 bytes: sport, dport"));
  EXPECT_EQ(compile(types.types(), *types.add(number), 8)->root().children[0].name, "sport");
  EXPECT_FALSE(types.add("#99"));
}

TEST(NamedTypes, says_what_was_meant) {
  Types of;
  of.structure("flow_key", 4, {{"a", of.integer("__u32", 4)}});
  EXPECT_EQ(found(of.get(), "flow_key"),
            "no type is called `flow_key` | did you mean `struct flow_key`?");
  EXPECT_EQ(found(of.get(), "struct flow_kee"),
            "no type is called `struct flow_kee` | did you mean `struct flow_key`?");
  EXPECT_EQ(found(of.get(), "struct u32"), "no type is called `struct u32` | ");
}

TEST(NamedTypes, refuses_types_that_contain_themselves) {
  Types of;
  const int u8 = of.integer("__u8", 1);
  of.structure("loop", 4, {{"self", u8 + 1}});
  EXPECT_EQ(found(of.get(), "struct loop"),
            "the BTF does not make sense: types nest deeper than 32 levels | name other types");
}

TEST(NamedTypes, makes_keys_for_tries) {
  NamedTypes types(nullptr);
  const auto id = types.add_lpm_key(8);
  ASSERT_TRUE(id);
  EXPECT_EQ(types.size_of(*id), 8u);
  const auto layout = compile(types.types(), *id, 8);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->root().children.at(1).type, "__u8[4]");
}

}  // namespace
}  // namespace bpfmaps::layout
