// SPDX-License-Identifier: BSD-2-Clause
// --cpu sum, min, max and avg.
#include "layout/reduce.h"

#include <gtest/gtest.h>

#include <cstring>

#include "layout/rows.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using testing::Types;

struct Value {
  std::uint32_t count;
  std::int32_t drift;
  std::uint64_t bytes[2];
  char name[8];
};

class Reduced : public ::testing::Test {
 protected:
  std::string reduced(Reduce how) {
    const Reduction reduction(layout, how, 2, sizeof(Value));
    std::vector<unsigned char> bytes(reduction.size());
    reduction.apply(reinterpret_cast<const unsigned char*>(slots), bytes.data());
    const auto rows = make_rows({.value = &reduction.layout()}, {.form = output::Form::jsonl});
    Buffer text;
    rows->append({.values = bytes.data(), .count = 1, .value_stride = bytes.size()}, text);
    return std::string(text.text());
  }

  Types types;
  int u32 = types.integer("__u32", 4), s32 = types.signed_integer("int", 4);
  int u64 = types.integer("__u64", 8), letter = types.integer("char", 1, BTF_INT_SIGNED);
  Layout layout = types.layout(types.structure("value", sizeof(Value),
                                               {{"count", u32, 0},
                                                {"drift", s32, 32},
                                                {"bytes", types.array(u64, 2), 64},
                                                {"name", types.array(letter, 8), 192}}));
  Value slots[2] = {{UINT32_MAX, -5, {1, 2}, "first"}, {UINT32_MAX, 2, {10, 30}, "second"}};
};

TEST_F(Reduced, sums_have_room_for_more_than_one_cpu_holds) {
  EXPECT_EQ(
      reduced(Reduce::sum),
      "{\"value\":{\"count\":8589934590,\"drift\":-3,\"bytes\":[11,32],\"name\":\"first\"}}\n");
}

TEST_F(Reduced, min_and_max_heed_the_sign) {
  EXPECT_EQ(reduced(Reduce::min),
            "{\"value\":{\"count\":4294967295,\"drift\":-5,\"bytes\":[1,2],\"name\":\"first\"}}\n");
  EXPECT_EQ(
      reduced(Reduce::max),
      "{\"value\":{\"count\":4294967295,\"drift\":2,\"bytes\":[10,30],\"name\":\"first\"}}\n");
}

TEST_F(Reduced, averages_are_no_integers) {
  EXPECT_EQ(reduced(Reduce::avg),
            "{\"value\":{\"count\":4294967295.0,\"drift\":-1.5,\"bytes\":[5.5,16.0],"
            "\"name\":\"first\"}}\n");
}

}  // namespace
}  // namespace bpfmaps::layout
