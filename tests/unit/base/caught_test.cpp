// SPDX-License-Identifier: BSD-2-Clause
#include "base/caught.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <new>
#include <stdexcept>

namespace bpfmaps {
namespace {

TEST(Caught, memory_that_ran_out_is_an_error) {
  const Status status = caught([] { throw std::bad_alloc(); });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, Kind::system);
  EXPECT_EQ(status.error().code, ENOMEM);
  EXPECT_EQ(exit_code(status.error().kind), 1);
}

TEST(Caught, a_container_that_cannot_be_so_large_is_one_too) {
  const Status status = caught([]() -> Status { throw std::length_error("vector"); });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ENOMEM);
}

TEST(Caught, other_exceptions_tell_what_they_are) {
  const Status status = caught([] { throw std::runtime_error("no luck"); });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message(), "a library failed: no luck");
}

TEST(Caught, an_error_that_was_thrown_is_itself) {
  const Status status = caught([] { throw Thrown(Error::usage("wrong", "do right")); });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, Kind::usage);
  EXPECT_EQ(status.error().hint, "do right");
}

TEST(Caught, what_is_returned_passes) {
  EXPECT_TRUE(caught([] {}));
  EXPECT_FALSE(caught([]() -> Status { return fail(Error::usage("wrong")); }));
}

}  // namespace
}  // namespace bpfmaps
