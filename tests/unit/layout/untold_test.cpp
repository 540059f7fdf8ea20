// SPDX-License-Identifier: BSD-2-Clause
#include "layout/untold.h"

#include <gtest/gtest.h>

#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using testing::Types;
using Bytes = std::vector<unsigned char>;

bool hides(const Layout& layout, Bytes bytes) {
  bytes.resize(layout.root().size);
  return Untold(layout).in(bytes.data());
}

TEST(Untold, padding_between_and_behind_fields) {
  Types types;
  const int u8 = types.integer("__u8", 1), u32 = types.integer("__u32", 4);
  const Layout key =
      types.layout(types.structure("key", 12, {{"a", u8}, {"b", u32, 32}, {"low", u8, 64, 3}}));
  EXPECT_FALSE(hides(key, {0xff, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x07}));
  EXPECT_TRUE(hides(key, {0, 1}));
  EXPECT_TRUE(hides(key, {0, 0, 0, 0, 0, 0, 0, 0, 0x08}));
  EXPECT_TRUE(hides(key, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(Untold(key).describe(), "padding");
}

TEST(Untold, text_behind_its_end_and_what_is_no_utf8) {
  Types types;
  const Layout text = types.layout(types.array(types.signed_integer("char", 1), 4));
  EXPECT_FALSE(hides(text, {'a', 'b'}));
  EXPECT_FALSE(hides(text, {'a', 'b', 'c', 'd'}));
  EXPECT_FALSE(hides(text, {0xc3, 0xa9}));
  EXPECT_TRUE(hides(text, {'a', 0, 'b'}));
  EXPECT_TRUE(hides(text, {0xe9}));
  EXPECT_TRUE(hides(text, {0xef, 0xbf, 0xbd})) << "U+FFFD is not taken";
  EXPECT_EQ(Untold(text).describe(), "text behind its end or not in UTF-8");
}

TEST(Untold, nothing_where_another_member_of_a_union_tells_all) {
  Types types;
  const int u64 = types.integer("__u64", 8), u8 = types.integer("__u8", 1);
  const int text = types.array(types.signed_integer("char", 1), 8);
  const Layout both = types.layout(types.one_of("arg", 8, {{"text", text}, {"number", u64}}));
  EXPECT_FALSE(Untold(both).possible());
  const Layout part = types.layout(types.one_of("arg", 8, {{"text", text}, {"first", u8}}));
  EXPECT_TRUE(hides(part, {1, 0, 0, 2}));
}

TEST(Untold, booleans_and_nans_of_unusual_bits) {
  Types types;
  const Layout yes = types.layout(types.integer("_Bool", 1, BTF_INT_BOOL));
  EXPECT_FALSE(hides(yes, {1}));
  EXPECT_TRUE(hides(yes, {2}));
  const Layout number = types.layout(types.floating("float", 4));
  EXPECT_FALSE(hides(number, {0, 0, 0xc0, 0x7f}));
  EXPECT_TRUE(hides(number, {1, 0, 0xc0, 0x7f}));
}

TEST(Untold, nothing_without_types) {
  EXPECT_FALSE(Untold(Layout::raw(16)).possible());
  EXPECT_FALSE(Untold(Layout::index()).possible());
}

}  // namespace
}  // namespace bpfmaps::layout
