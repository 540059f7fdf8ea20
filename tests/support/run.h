// SPDX-License-Identifier: BSD-2-Clause
// run(): starts a program the way a shell or a careless script would, and tells how it ended.
#pragma once

#include <string>
#include <vector>

namespace bpfmaps::test {

struct Ran {
  int exit_code = 0;  ///< 128 + signal where one ended it
  std::string out;    ///< standard output, where it was captured
  std::string err;
};

/// Where standard output goes.
enum class Stdout { captured, full_disk, closed, closed_pipe };

struct How {
  Stdout to = Stdout::captured;
  bool as_nobody = false;                     ///< uid and gid 65534, no capabilities
  std::string input = {};                     ///< standard input
  std::vector<std::string> environment = {};  ///< "NAME=VALUE", on top of the test's own
};

/// Runs `words`: a path, or a name looked up in PATH. It is killed after a minute.
Ran run(const std::vector<std::string>& words, const How& how = {});

/// Runs the built program with `words` behind its name. Also as nobody where the build directory
/// is closed to others: it is started through a descriptor.
Ran run_bpfmaps(std::vector<std::string> words, const How& how = {});

/// Runs the built program under strace(1), which makes a system call fail: `inject` is in its
/// words, "openat:error=EMFILE:when=2". With `paths`, only calls that are about one of them are
/// counted.
Ran run_injected(const std::string& inject, const std::vector<std::string>& words,
                 const std::vector<std::string>& paths = {});

}  // namespace bpfmaps::test
