// SPDX-License-Identifier: BSD-2-Clause
// Question: what tests of --where share: an entry, and what a query says of it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "layout/query.h"
#include "unit/layout/flow.h"

namespace bpfmaps::layout::testing {

/// One entry to ask.
class Question : public ::testing::Test {
 protected:
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
  FlowEntry entry = telling_entry();
};

}  // namespace bpfmaps::layout::testing
