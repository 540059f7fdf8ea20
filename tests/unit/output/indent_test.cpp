// SPDX-License-Identifier: BSD-2-Clause
// JSON lines made pretty.
#include "output/indent.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace bpfmaps::output {
namespace {

TEST(Indent, members_have_a_line_each_and_flat_lists_one) {
  EXPECT_EQ(indented(R"({"a":[1,2],"b":{"c":"x:{,}\\\""},"d":{},"e":[]})", 0),
            "{\n  \"a\": [1, 2],\n  \"b\": {\n    \"c\": \"x:{,}\\\\\\\"\"\n  "
            "},\n  \"d\": {},\n  "
            "\"e\": []\n}");
}

TEST(Indent, says_the_same) {
  for (const char* text :
       {R"({"key":{"a":[{"b":[1,2]},{"b":[]}]},"v":null,"t":"\u0007\"[","n":-1.5e3})", R"([])",
        R"([[1,[2]],3])", R"("a,b")", "7"})
    EXPECT_EQ(nlohmann::json::parse(indented(text, 3)), nlohmann::json::parse(text)) << text;
}

}  // namespace
}  // namespace bpfmaps::output
