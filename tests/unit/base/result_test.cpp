// SPDX-License-Identifier: BSD-2-Clause
#include "base/result.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <memory>

namespace bpfmaps {
namespace {

constexpr int kEnotsupp = 524;

TEST(Error, takes_its_kind_from_errno) {
  const std::pair<int, Kind> kCases[] = {
      {ENOENT, Kind::not_found}, {EACCES, Kind::permission},      {EPERM, Kind::permission},
      {EEXIST, Kind::exists},    {EOPNOTSUPP, Kind::unsupported}, {kEnotsupp, Kind::unsupported},
      {ENOSPC, Kind::io},        {EPIPE, Kind::system},           {EINVAL, Kind::system}};
  for (const auto& [code, kind] : kCases)
    EXPECT_EQ(Error::from_errno(code, "open map", "/x").kind, kind) << code;
}

TEST(Error, tells_why_in_its_own_words_or_in_those_of_errno) {
  EXPECT_EQ(Error::from_errno(EACCES, "open map", "/x").message(), "permission denied (EACCES)");
  EXPECT_EQ(Error::from_errno(EACCES, "open map", "/x").because("its mode is 0600").message(),
            "its mode is 0600 (EACCES)");
  EXPECT_EQ(Error::usage("--where wants an expression").message(), "--where wants an expression");
}

TEST(Error, names_what_errno_h_does_not) {
  EXPECT_EQ(errno_name(kEnotsupp), "ENOTSUPP");
  EXPECT_EQ(errno_text(kEnotsupp), "the kernel does not support this here");
  EXPECT_EQ(errno_name(99999), "errno 99999");
}

TEST(ExitCode, is_what_the_command_line_promises) {
  EXPECT_EQ(exit_code(Kind::usage), 2);
  EXPECT_EQ(exit_code(Kind::not_found), 3);
  EXPECT_EQ(exit_code(Kind::permission), 4);
  EXPECT_EQ(exit_code(Kind::closed_pipe), 0);
  for (const Kind kind :
       {Kind::exists, Kind::unsupported, Kind::invalid, Kind::incomplete, Kind::io, Kind::system})
    EXPECT_EQ(exit_code(kind), 1) << kind_name(kind);
}

Result<std::unique_ptr<int>> half(int value) {
  if (value % 2 != 0) return fail(Error::from_errno(EINVAL, "halve", std::to_string(value)));
  return std::make_unique<int>(value / 2);
}

Result<int> quarter(int value) {
  const std::unique_ptr<int> once = TRY(half(value));
  const std::unique_ptr<int> twice = TRY(half(*once));
  return *twice;
}

TEST(Try, hands_values_on_and_errors_back) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).error().subject, "3");
}

}  // namespace
}  // namespace bpfmaps
