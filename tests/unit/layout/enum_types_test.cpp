// SPDX-License-Identifier: BSD-2-Clause
// Enums of compilers that do not say whether values have a sign.
#include "layout/enum_types.h"

#include <gtest/gtest.h>

#include "layout/program.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using testing::Types;

std::string text(const Types& types, int id, std::vector<unsigned char> bytes) {
  const Layout layout = types.layout(id);
  return text_of(layout, layout.root(), bytes.data(), {});
}

// btf__add_enum_value() sets the flag for a negative value; these are what the bits of one make.
constexpr std::int64_t kMinus1 = 0xffffffff, kMinus5 = 0xfffffffb;

TEST(EnumTypes, a_narrow_enum_has_a_sign_where_its_values_fit_only_so) {
  Types types;
  const int verdict = types.enumeration("verdict", 1, {{"ERR", kMinus1}, {"DROP", 0}, {"PASS", 1}});
  EXPECT_EQ(text(types, verdict, {0xff}), R"("ERR")");
  EXPECT_EQ(text(types, verdict, {0xfe}), R"("-2")");
  const int wide = types.enumeration("wide", 1, {{"NONE", 0}, {"ALL", 255}});
  EXPECT_EQ(text(types, wide, {0xff}), R"("ALL")");
  EXPECT_EQ(text(types, wide, {0xfe}), R"("254")");
}

TEST(EnumTypes, four_bytes_have_a_sign_where_a_value_has_the_top_bit) {
  Types types;
  const int low = types.enumeration("low", 4, {{"LOW", kMinus1}, {"ONE", 1}});
  EXPECT_EQ(text(types, low, {0xff, 0xff, 0xff, 0xff}), R"("LOW")");
  EXPECT_EQ(text(types, low, {0xfb, 0xff, 0xff, 0xff}), R"("-5")");
  const int plain = types.enumeration("plain", 4, {{"ONE", 1}});
  EXPECT_EQ(text(types, plain, {0xfb, 0xff, 0xff, 0xff}), R"("4294967291")");
}

TEST(EnumTypes, a_compiler_that_sets_the_flag_is_believed) {
  Types types;
  const int high = types.enumeration("high", 4, {{"HIGH", kMinus5}, {"ONE", 1}});
  types.enumeration("low", 4, {{"LOW", -1}});
  EXPECT_EQ(text(types, high, {0xff, 0xff, 0xff, 0xff}), R"("4294967295")");
}

}  // namespace
}  // namespace bpfmaps::layout
