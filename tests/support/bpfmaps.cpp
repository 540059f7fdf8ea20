// SPDX-License-Identifier: BSD-2-Clause
#include "support/bpfmaps.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

Ran run_line(const std::string& line) {
  const auto words = split(line, ' ');
  return run_bpfmaps({words.begin(), words.end()});
}

}  // namespace

std::string done(const std::string& line) {
  const Ran ran = run_line(line);
  EXPECT_EQ(ran.exit_code, 0) << "bpfmaps " << line << "\n" << ran.err;
  return ran.out;
}

std::string refused(const std::string& line, int exit_code) {
  const Ran ran = run_line(line);
  EXPECT_EQ(ran.exit_code, exit_code) << "bpfmaps " << line << "\n" << ran.err;
  EXPECT_EQ(ran.out, "") << "bpfmaps " << line;
  return ran.err;
}

}  // namespace bpfmaps::test
