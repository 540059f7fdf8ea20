// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log.h"

#include <gtest/gtest.h>

namespace bpfmaps::kernel {
namespace {

TEST(Log, says_in_words_what_the_c_library_has_none_for) {
  EXPECT_EQ(in_words("prog 'f': failed to attach: ERROR: strerror_r(-524)=22"),
            "prog 'f': failed to attach: the kernel does not support this here");
  EXPECT_EQ(in_words("ERROR: strerror_r(524)=22(-524), ERROR: strerror_r(9999)=22."),
            "the kernel does not support this here(-524), unknown error.");
  EXPECT_EQ(in_words("Invalid argument"), "Invalid argument");
  EXPECT_EQ(in_words("ERROR: strerror_r("), "ERROR: strerror_r(");
  EXPECT_EQ(in_words("ERROR: strerror_r(x)=1"), "ERROR: strerror_r(x)=1");
}

}  // namespace
}  // namespace bpfmaps::kernel
