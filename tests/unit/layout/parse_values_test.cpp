// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "base/text.h"
#include "layout/parse.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

TEST(ParseValues, fills_the_slots_of_the_cpus_that_are_named) {
  testing::Types types;
  const Layout layout = types.layout(types.integer("__u32", 4));
  const std::vector<std::uint32_t> cpus = {0, 2};
  const auto result = [&](const std::string& word) {
    std::vector<unsigned char> slots(16, 0xee);
    const std::vector<std::string> words = {word};
    const auto given = parse_values(layout, {"values", words}, cpus, 8, slots);
    if (!given) return given.error().message();
    std::string hex = std::to_string(*given) + ": ";
    append_hex(hex, slots.data(), slots.size());
    return hex;
  };
  EXPECT_EQ(result(R"([{"cpu":2,"value":1}])"),
            "1: ee ee ee ee ee ee ee ee 01 00 00 00 ee ee ee ee");
  EXPECT_EQ(result(R"([{"cpu":0,"value":1},{"value":2,"cpu":2}])"),
            "2: 01 00 00 00 ee ee ee ee 02 00 00 00 ee ee ee ee");
  EXPECT_EQ(result(R"([{"cpu":1,"value":1}])"), "`values` names CPU `1`, which cannot be");
  EXPECT_EQ(result(R"([{"cpu":0,"value":1},{"cpu":0,"value":1}])"), "`values` names CPU 0 twice");
  EXPECT_EQ(result(R"([{"cpu":0}])"), "`values` takes objects with `cpu` and `value`");
  EXPECT_EQ(result("[7]"), "`values` takes objects with `cpu` and `value`");
  EXPECT_EQ(result("{}"), "`values` takes an array in JSON");
  EXPECT_EQ(result(R"([{"cpu":2,"value":-1}])"),
            "`values[cpu 2]` (__u32) takes 0 to 4294967295, not `-1`");
}

}  // namespace
}  // namespace bpfmaps::layout
