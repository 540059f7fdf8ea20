// SPDX-License-Identifier: BSD-2-Clause
// Values of one layout as values of another, by the names of fields.
#include "layout/conversion.h"

#include <gmock/gmock.h>

#include <cstring>

#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Types;

struct Old {
  std::uint32_t packets;
  std::int32_t drift;
  char name[8];
  std::uint32_t state;
};
struct New {
  std::uint64_t packets;
  std::int64_t drift;
  std::uint32_t state, flags;
  char name[16];
};

class ConversionTest : public ::testing::Test {
 protected:
  Layout layout_of(Types& types, bool is_new) {
    const int u32 = types.integer("__u32", 4), u64 = types.integer("__u64", 8);
    const int s32 = types.signed_integer("__s32", 4), s64 = types.signed_integer("__s64", 8);
    const int c = types.integer("char", 1);
    if (!is_new) {
      const int state = types.enumeration("state", 4, {{"NEW", 0}, {"OPEN", 1}, {"GONE", 2}});
      return types.layout(types.structure("flow", 20,
                                          {{"packets", u32, 0},
                                           {"drift", s32, 32},
                                           {"name", types.array(c, 8), 64},
                                           {"state", state, 128}}));
    }
    const int state = types.enumeration("state", 4, {{"NEW", 10}, {"OPEN", 11}});
    return types.layout(types.structure("flow___v2", 40,
                                        {{"packets", u64, 0},
                                         {"drift", s64, 64},
                                         {"state", state, 128},
                                         {"flags", u32, 160},
                                         {"name", types.array(c, 16), 192}}));
  }
  Types old_types, new_types;
  const Layout old = layout_of(old_types, false), young = layout_of(new_types, true);

  static Status run(const Conversion& conversion, const void* from, void* to) {
    return conversion.run(static_cast<const unsigned char*>(from), static_cast<unsigned char*>(to));
  }
};

TEST_F(ConversionTest, goes_by_names_of_fields_and_of_enum_values) {
  const auto made = Conversion::make(old, young, "value", {.defaults = {{"flags", "7"}}});
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_THAT(made->added(), ElementsAre("value.flags"));
  const Old from{7, -3, "web", 1};
  New to{};
  ASSERT_TRUE(run(*made, &from, &to));
  EXPECT_EQ(to.packets, 7u);
  EXPECT_EQ(to.drift, -3);
  EXPECT_EQ(to.state, 11u);
  EXPECT_EQ(to.flags, 7u);
  EXPECT_STREQ(to.name, "web");
}

TEST_F(ConversionTest, refuses_what_would_be_lost_and_what_does_not_fit) {
  const auto lost = Conversion::make(young, old, "value");
  ASSERT_FALSE(lost);
  EXPECT_THAT(lost.error().message(), HasSubstr("`value.flags` would be lost"));
  const auto made = Conversion::make(young, old, "value", {.drops = {"flags"}});
  ASSERT_TRUE(made) << made.error().message();
  Old to{};
  New from{std::uint64_t{1} << 32, 0, 10, 0, "x"};
  const Status large = run(*made, &from, &to);
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().message(), HasSubstr("`value.packets` is 4294967296"));
  from.packets = 1;
  std::strcpy(from.name, "far too long");
  EXPECT_FALSE(run(*made, &from, &to));
  std::strcpy(from.name, "short");
  EXPECT_TRUE(run(*made, &from, &to));
  const Old gone{1, 2, "a", 2};
  New other{};
  const auto back = Conversion::make(old, young, "value");
  const Status unknown = run(*back, &gone, &other);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message(), HasSubstr("GONE"));
}

TEST_F(ConversionTest, renames) {
  Types types;
  const int u64 = types.integer("__u64", 8);
  const Layout a = types.layout(types.structure("a", 8, {{"hits", u64}}));
  const Layout b = types.layout(types.structure("b", 8, {{"count", u64}}));
  EXPECT_FALSE(Conversion::make(a, b, "value"));
  const auto made = Conversion::make(a, b, "value", {.renames = {{"hits", "count"}}});
  ASSERT_TRUE(made) << made.error().message();
  const std::uint64_t from = 5;
  std::uint64_t to = 0;
  ASSERT_TRUE(run(*made, &from, &to));
  EXPECT_EQ(to, 5u);
}

TEST_F(ConversionTest, copies_where_both_are_the_same) {
  const auto made = Conversion::make(old, old, "value");
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->is_copy());
}

TEST(StoreBits, is_the_inverse_of_load_bits) {
  for (const unsigned bits : {1u, 3u, 7u, 13u, 31u, 57u}) {
    for (const unsigned first : {0u, 1u, 7u}) {
      for (const bool is_signed : {false, true}) {
        const Node node{.shape = is_signed ? Shape::signed_int : Shape::unsigned_int,
                        .is_signed = is_signed,
                        .bit_offset = static_cast<std::uint8_t>(first),
                        .bits = static_cast<std::uint8_t>(bits),
                        .size = 8};
        unsigned char bytes[16] = {};
        const std::uint64_t value =
            is_signed ? static_cast<std::uint64_t>(-1) : UINT64_MAX >> (64 - bits);
        ASSERT_TRUE(store_bits(node, value, is_signed, bytes));
        EXPECT_EQ(load_bits(node, bytes), value);
        EXPECT_FALSE(store_bits(node, std::uint64_t{1} << bits, false, bytes));
      }
    }
  }
}

}  // namespace
}  // namespace bpfmaps::layout
