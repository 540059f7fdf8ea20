// SPDX-License-Identifier: BSD-2-Clause
// No byte of data is left out: structs without members and holes are bytes.
#include "layout/holes.h"

#include <gmock/gmock.h>

#include "layout/parse.h"
#include "layout/program.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Types;
using Value = std::vector<unsigned char>;

std::string text(const Layout& layout, const Value& bytes) {
  return text_of(layout, layout.root(), bytes.data(), {});
}

// The value of `word`, over bytes that are zero.
Value bytes_of(const Layout& layout, const std::string& word) {
  Value bytes(layout.root().size);
  const Status status = parse(layout, {"value", {&word, 1}}, bytes);
  EXPECT_TRUE(status) << status.error().message();
  return bytes;
}

std::vector<std::string> names(const Layout& layout) {
  std::vector<std::string> found;
  for (const Node& child : layout.root().children) found.push_back(child.name);
  return found;
}

TEST(Holes, a_struct_with_bytes_but_no_members_is_bytes) {
  Types types;
  const int u32 = types.integer("u32", 4);
  const int opaque = types.structure("Option", 4, {});
  const int choice = types.one_of("Choice", 4, {});
  const Layout layout = types.layout(types.structure(
      "s", 16, {{"n", u32, 0}, {"opt", opaque, 32}, {"un", choice, 64}, {"last", u32, 96}}));
  const Value bytes = {1, 0, 0, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0, 0};
  EXPECT_EQ(text(layout, bytes), R"({"n":1,"opt":"02 03 04 05","un":"06 07 08 09","last":10})");
  EXPECT_EQ(bytes_of(layout, text(layout, bytes)), bytes);
  EXPECT_EQ(bytes_of(layout, "opt=02 03 04 05"),
            (Value{0, 0, 0, 0, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Holes, a_whole_type_without_members_is_bytes) {
  Types types;
  const Layout layout = types.layout(types.structure("Key", 4, {}));
  EXPECT_EQ(text(layout, {1, 2, 3, 4}), R"("01 02 03 04")");
  EXPECT_EQ(bytes_of(layout, R"("01 02 03 04")"), (Value{1, 2, 3, 4}));
}

TEST(Holes, a_struct_without_bytes_is_empty) {
  Types types;
  const int unit = types.structure("unit", 0, {});
  EXPECT_EQ(
      text(types.layout(types.structure("s", 4, {{"n", types.integer("u32", 4)}, {"u", unit, 32}})),
           {7, 0, 0, 0}),
      R"({"n":7,"u":{}})");
}

TEST(Holes, bytes_before_the_first_member_are_data) {
  Types types;
  const Layout layout =
      types.layout(types.structure("Option", 8, {{"__0", types.integer("u32", 4), 32}}));
  const Value bytes = {1, 0, 0, 0, 9, 0, 0, 0};
  EXPECT_EQ(text(layout, bytes), R"({"@0":"01 00 00 00","__0":9})");
  EXPECT_EQ(bytes_of(layout, text(layout, bytes)), bytes);
  EXPECT_EQ(bytes_of(layout, "@0=01 00 00 00"), (Value{1, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Holes, what_alignment_explains_is_padding) {
  Types types;
  const int u8 = types.integer("u8", 1), u32 = types.integer("u32", 4),
            u64 = types.integer("u64", 8);
  EXPECT_THAT(names(types.layout(types.structure("s", 16, {{"a", u8, 0}, {"b", u64, 64}}))),
              ElementsAre("a", "b"));
  EXPECT_THAT(names(types.layout(types.structure("s", 16, {{"a", u64, 0}, {"b", u8, 64}}))),
              ElementsAre("a", "b"));
  // Aligned to a cache line each.
  EXPECT_THAT(names(types.layout(types.structure("s", 128, {{"a", u64, 0}, {"b", u64, 512}}))),
              ElementsAre("a", "b"));
  // Bits of one number, and what is left of it.
  EXPECT_THAT(names(types.layout(types.structure("s", 8, {{"a", u32, 0, 3}, {"b", u32, 32}}))),
              ElementsAre("a", "b"));
}

TEST(Holes, wider_gaps_are_data) {
  Types types;
  const int u32 = types.integer("u32", 4), u8 = types.integer("u8", 1);
  EXPECT_THAT(names(types.layout(types.structure("s", 24, {{"a", u32, 0}, {"b", u32, 128}}))),
              ElementsAre("a", "@4", "b"));
  EXPECT_THAT(names(types.layout(types.structure("s", 24, {{"a", u32, 0}}))),
              ElementsAre("a", "@4"));
  EXPECT_THAT(names(types.layout(types.structure("s", 4, {{"a", u8, 0}, {"b", u8, 24}}))),
              ElementsAre("a", "@1", "b"));
  EXPECT_THAT(names(types.layout(types.one_of("u", 24, {{"a", u32}, {"b", u8}}))),
              ElementsAre("a", "b", "@4"));
}

TEST(Holes, those_of_anonymous_members_are_called_after_their_place_in_the_parent) {
  Types types;
  const int u32 = types.integer("u32", 4);
  const int inner = types.structure("", 8, {{"b", u32, 32}});
  const int other = types.structure("", 8, {{"c", u32, 32}});
  const int both = types.one_of("", 8, {{"", inner}, {"", other}});
  EXPECT_THAT(names(types.layout(types.structure("s", 12, {{"a", u32, 0}, {"", both, 32}}))),
              ElementsAre("a", "@4", "b", "c"));
}

TEST(Holes, names_of_several_members_are_told_apart) {
  Types types;
  const int u32 = types.integer("u32", 4);
  const Layout layout = types.layout(
      types.structure("s", 12, {{"hits", u32, 0}, {"sum", u32, 32}, {"hits", u32, 64}}));
  EXPECT_EQ(text(layout, {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}),
            R"({"hits@0":1,"sum":2,"hits@8":3})");
  const std::string word = "hits=5";
  Value bytes(12);
  const Status status = parse(layout, {"value", {&word, 1}}, bytes);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message(), HasSubstr("has several fields called `hits`"));
  EXPECT_THAT(status.error().hint, HasSubstr("hits@0 hits@8"));
}

}  // namespace
}  // namespace bpfmaps::layout
