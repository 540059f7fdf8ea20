// SPDX-License-Identifier: BSD-2-Clause
// Question: what tests of --where share: an entry, and what a query says of it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "layout/query.h"
#include "unit/layout/flow.h"

namespace bpfmaps::layout::testing {

/// One entry to ask, with a telling value in every field.
class Question : public ::testing::Test {
 protected:
  Question() {
    entry.key.saddr = inet_addr("10.1.2.3");
    entry.key.daddr = inet_addr("10.1.2.4");
    inet_pton(AF_INET6, "2001:db8::1", entry.key.v6);
    entry.key.port = htons(443);
    std::memcpy(entry.key.mac, "\x02\x00\x00\x00\x00\x01", 6);
    entry.key.id = 7;
    Flow& value = entry.value;
    value.u8 = 200;
    value.s8 = -100;
    value.u16 = 60000;
    value.s16 = -30000;
    value.low = 5;
    value.across = 0x1234;
    value.sbits = -3;
    value.u32 = 4000000000;
    value.s32 = -2000000000;
    value.u64 = UINT64_MAX;
    value.s64 = INT64_MIN;
    value.yes = true;
    set_text(value.text, "web server");
    value.f32 = 0.1f;
    value.f64 = -1.5;
    value.pointer = 0xffff888100000000;
    value.wide = static_cast<Wide>(1) << 100;
    value.swide = -5;
    value.state = STATE_OPEN;
    value.level = LEVEL_LOW;
    set_text(value.other, "full");  // no NUL behind it
    value.in[1] = {1, -1, 513};
    value.many[1] = 9;
    value.id = 8;
  }

  bool asks(std::string_view expression) { return asks(types.spec(), expression); }
  bool asks(const RowSpec& spec, std::string_view expression) {
    const auto query = Query::compile(spec, expression);
    if (!query) {
      ADD_FAILURE() << expression << ": " << query.error().message();
      return false;
    }
    const Matcher matcher(*query);
    return matcher.fits(reinterpret_cast<const unsigned char*>(&entry.key),
                        reinterpret_cast<const unsigned char*>(&entry.value));
  }
  std::string refusal(std::string_view expression) { return refusal(types.spec(), expression); }
  static std::string refusal(const RowSpec& spec, std::string_view expression) {
    const auto query = Query::compile(spec, expression);
    if (query) return "taken";
    EXPECT_EQ(query.error().kind, Kind::usage) << expression;
    const std::string& hint = query.error().hint;
    return query.error().message() + (hint.empty() ? "" : " | " + hint);
  }

  /// `field` holds `equal`, which lies between `less` and `greater`.
  void expect_order(const std::string& field, const std::string& less, const std::string& equal,
                    const std::string& greater) {
    struct {
      const char* sign;
      bool with_less, with_equal, with_greater;
    } const kSigns[] = {{"==", false, true, false}, {"=", false, true, false},
                        {"!=", true, false, true},  {"<", false, false, true},
                        {"<=", false, true, true},  {">", true, false, false},
                        {">=", true, true, false}};
    for (const auto& [sign, with_less, with_equal, with_greater] : kSigns) {
      const std::string left = field + " " + sign + " ";
      EXPECT_EQ(asks(left + less), with_less) << left << less;
      EXPECT_EQ(asks(left + equal), with_equal) << left << equal;
      EXPECT_EQ(asks(left + greater), with_greater) << left << greater;
      EXPECT_NE(asks("!(" + left + equal + ")"), with_equal) << left << equal;
    }
    EXPECT_TRUE(asks(field + " in (" + less + ", " + equal + ")"));
    EXPECT_FALSE(asks(field + " in (" + less + "," + greater + ")"));
    EXPECT_TRUE(asks(field + " not in (" + less + "," + greater + ")"));
    EXPECT_TRUE(asks(equal + " == " + field) && asks(less + " < " + field) &&
                asks(greater + " >= " + field));
  }

  FlowTypes types;
  FlowEntry entry;
};

}  // namespace bpfmaps::layout::testing
