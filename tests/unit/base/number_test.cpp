// SPDX-License-Identifier: BSD-2-Clause
#include "base/number.h"

#include <gmock/gmock.h>

namespace bpfmaps {
namespace {

TEST(Number, reads_decimal_hex_and_binary) {
  EXPECT_EQ(parse_u64("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parse_u64("0xff"), 255u);
}

}  // namespace
}  // namespace bpfmaps
