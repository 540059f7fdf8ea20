// SPDX-License-Identifier: BSD-2-Clause
// Whether a line can have come out of a format of bpf_printk().
#include "kernel/prog/printk_format.h"

#include <gtest/gtest.h>

namespace bpfmaps::kernel {
namespace {

bool may_make(const char* format, const char* text) { return PrintkFormat(format).matches(text); }

TEST(PrintkFormat, fits_what_it_makes) {
  EXPECT_TRUE(may_make("hello", "hello"));
  EXPECT_TRUE(may_make("hello\n", "hello"));
  EXPECT_TRUE(may_make("len %d of %s", "len -64 of eth0"));
  EXPECT_TRUE(may_make("%llu packets, %lx", "12 packets, ff"));
  EXPECT_TRUE(may_make("%08x|%5d", "0000beef|   12"));
  EXPECT_TRUE(may_make("100%% of %c", "100% of x"));
  EXPECT_TRUE(may_make("from %pI4 to %pI6.", "from 10.0.0.1 to fe80::1."));
  EXPECT_TRUE(may_make("at %pks", "at some, where, else"));
  EXPECT_TRUE(may_make("%s, %s, %d", "a, b, c, d, 7")) << "text may hold what parts it";
  EXPECT_TRUE(may_make("%s", ""));
}

TEST(PrintkFormat, fits_nothing_else) {
  EXPECT_FALSE(may_make("hello", "hello you"));
  EXPECT_FALSE(may_make("len %d of %s", "len x of eth0"));
  EXPECT_FALSE(may_make("len %d", "len "));
  EXPECT_FALSE(may_make("%x", "xyz"));
  EXPECT_FALSE(may_make("at %c", "at xy"));
  EXPECT_FALSE(may_make("%s end", "endless"));
  EXPECT_FALSE(may_make("", "x"));
}

TEST(PrintkFormat, tells_nothing_without_text_of_its_own) {
  EXPECT_FALSE(PrintkFormat("%s").tells());
  EXPECT_FALSE(PrintkFormat(" %d %d\n").tells());
  EXPECT_TRUE(PrintkFormat("n=%d").tells());
}

TEST(PrintkFormat, takes_what_is_cut_off) {
  for (const char* format : {"%", "a%", "%l", "%5", "%p", "%pI", "%%"})
    PrintkFormat(format).matches("some text");
}

}  // namespace
}  // namespace bpfmaps::kernel
