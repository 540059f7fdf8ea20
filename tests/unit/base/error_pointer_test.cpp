// SPDX-License-Identifier: BSD-2-Clause
#include "base/error_pointer.h"

#include <gtest/gtest.h>

namespace bpfmaps {
namespace {

int* pointer_of(std::int64_t value) {
  return reinterpret_cast<int*>(static_cast<std::intptr_t>(value));
}

TEST(ErrorPointer, lets_null_and_pointers_through) {
  int object = 0;
  EXPECT_EQ(unless_error(&object), &object);
  EXPECT_EQ(unless_error(static_cast<int*>(nullptr)), nullptr);
}

TEST(ErrorPointer, gives_the_number_that_was_meant) {
  EXPECT_EQ(unless_error(pointer_of(-ENOMEM)), nullptr);
  EXPECT_EQ(errno, ENOMEM);
}

TEST(ErrorPointer, knows_numbers_that_are_no_errno) {
  if constexpr (sizeof(void*) > sizeof(int)) {
    for (const std::int64_t size : {0x80000000, 0x90000000, 0xffffe000}) {
      EXPECT_EQ(unless_error(pointer_of(static_cast<std::int32_t>(size))), nullptr) << size;
      EXPECT_EQ(errno, EINVAL);
    }
  }
}

}  // namespace
}  // namespace bpfmaps
