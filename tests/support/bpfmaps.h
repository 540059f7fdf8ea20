// SPDX-License-Identifier: BSD-2-Clause
// Command lines of the program, as a test writes them: words with single spaces between.
#pragma once

#include <string>

namespace bpfmaps::test {

/// Runs `bpfmaps LINE`, which must succeed, and returns what it prints.
std::string done(const std::string& line);

/// Runs `bpfmaps LINE`, which must end with `exit_code` and print nothing on standard output, and
/// returns what it says on standard error.
std::string refused(const std::string& line, int exit_code);

}  // namespace bpfmaps::test
