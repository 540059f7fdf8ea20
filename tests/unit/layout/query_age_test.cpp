// SPDX-License-Identifier: BSD-2-Clause
// age(FIELD) in --where: how long ago a time is.
#include <gmock/gmock.h>

#include "unit/layout/question.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::HasSubstr;
using testing::Types;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr ClockTimes kNow{
    .mono = 100 * kSecond, .boot = 200 * kSecond, .tai = 300 * kSecond, .wall = 400 * kSecond};

class Age : public ::testing::Test {
 protected:
  Age()
      : value(types.layout(types.structure(
            "seen", 16,
            {{"last", types.integer("__u64", 8), 0}, {"state", types.integer("__u32", 4), 64}}))) {}

  Result<Query> query(std::string_view expression, const ClockTimes* now = &kNow) {
    return Query::compile({.value = &value}, expression, now);
  }
  bool asks(std::uint64_t last, std::string_view expression) {
    const auto compiled = query(expression);
    EXPECT_TRUE(compiled) << compiled.error().message();
    const std::uint64_t bytes[] = {last, 0};
    return Matcher(*compiled).fits(nullptr, reinterpret_cast<const unsigned char*>(bytes));
  }
  std::string refusal(const Result<Query>& compiled) {
    return compiled ? "taken" : compiled.error().message();
  }

  Types types;
  Layout value;
};

TEST_F(Age, is_the_time_since) {
  EXPECT_TRUE(asks(39 * kSecond, "age(last) > 60s"));
  EXPECT_FALSE(asks(40 * kSecond, "age(last) > 60s"));
  EXPECT_TRUE(asks(40 * kSecond, "age(last) >= 1m"));
  EXPECT_TRUE(asks(41 * kSecond, "age(last) < 60s and state == 0"));
  EXPECT_FALSE(asks(40 * kSecond, "age(last) < 60s"));
  EXPECT_TRUE(asks(40 * kSecond, "age(value.last) <= 60s"));
  EXPECT_TRUE(asks(101 * kSecond, "not (age(last) > 0)")) << "written after the clock was read";
}

TEST_F(Age, of_never_is_older_than_any) {
  for (const char* age : {"1s", "60s", "100s", "1000d"}) {
    EXPECT_TRUE(asks(0, "age(last) > " + std::string(age)));
    EXPECT_TRUE(asks(0, "age(last) >= " + std::string(age)));
    EXPECT_FALSE(asks(0, "age(last) < " + std::string(age)));
    EXPECT_FALSE(asks(0, "age(last) <= " + std::string(age)));
  }
  EXPECT_FALSE(asks(1, "age(last) > 1000d"));
  EXPECT_TRUE(asks(1, "age(last) < 1000d"));
}

TEST_F(Age, is_by_the_clock_that_is_named) {
  EXPECT_TRUE(asks(99 * kSecond, "age(last, mono) < 2s"));
  EXPECT_TRUE(asks(199 * kSecond, "age(last, boot) < 2s && age(last,boot) > 500ms"));
  EXPECT_TRUE(asks(299 * kSecond, "age(last, tai) < 2s && age(last, tai) > 500ms"));
  EXPECT_TRUE(asks(399 * kSecond, "age(last, wall) < 2s && age(last, wall) > 500ms"));
}

TEST_F(Age, refuses_what_has_none) {
  EXPECT_THAT(refusal(query("age(state) > 1s")), HasSubstr("is no time"));
  EXPECT_THAT(refusal(query("age(last, utc) > 1s")), HasSubstr("no clock `utc`"));
  EXPECT_THAT(refusal(query("age(last) == 1s")), HasSubstr("compared with < <= > or >="));
  EXPECT_THAT(refusal(query("age(last)")), HasSubstr("compared with < <= > or >="));
  EXPECT_THAT(refusal(query("age(last > 1s")), HasSubstr("`)` is missing"));
  EXPECT_THAT(refusal(query("age(last) > 1s", nullptr)), HasSubstr("entries of a map only"));
  EXPECT_THAT(refusal(Query::compile({.value = &value, .cpus = {0, 1}, .slot = 16},
                                     "age(last) > 1s", &kNow)),
              HasSubstr("has a value for each CPU"));
}

}  // namespace
}  // namespace bpfmaps::layout
