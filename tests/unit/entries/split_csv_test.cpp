// SPDX-License-Identifier: BSD-2-Clause
// Rows of CSV as RFC 4180 has them.
#include <gmock/gmock.h>

#include "base/base64.h"
#include "entries/import.h"

namespace bpfmaps::entries {
namespace {

using ::testing::ElementsAre;

TEST(SplitCsv, takes_quotes_line_breaks_and_empty_cells) {
  EXPECT_THAT(*split_csv("a,b"), ElementsAre("a", "b"));
  EXPECT_THAT(*split_csv("a,b\r"), ElementsAre("a", "b"));
  EXPECT_THAT(*split_csv(""), ElementsAre(""));
  EXPECT_THAT(*split_csv(",,"), ElementsAre("", "", ""));
  EXPECT_THAT(*split_csv("\"a,\"\"b\"\"\nc\",d"), ElementsAre("a,\"b\"\nc", "d"));
  EXPECT_THAT(*split_csv("\"\",x"), ElementsAre("", "x"));
  EXPECT_FALSE(split_csv("\"a"));
  EXPECT_FALSE(split_csv("a\"b"));
  EXPECT_FALSE(split_csv("\"a\"b\""));
}

TEST(Base64, goes_there_and_back) {
  for (std::size_t size = 0; size < 70; ++size) {
    std::vector<unsigned char> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(i * 37 + size);
    EXPECT_EQ(from_base64(base64(bytes.data(), size)), bytes);
  }
  EXPECT_EQ(base64("ab", 2), "YWI=");
  for (const char* wrong : {"YWI", "YW=I", "====", "YW I", "\xff\xff\xff\xff"})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

}  // namespace
}  // namespace bpfmaps::entries
