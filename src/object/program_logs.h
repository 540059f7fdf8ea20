// SPDX-License-Identifier: BSD-2-Clause
// Where the verifier writes while an object is loaded: a log for each of its programs.
#pragma once

#include <bpf/libbpf.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps::object {

/// What the verifier writes down of programs that it takes, in BPF_LOG_* of the kernel: nothing,
/// how much it had to look at, or every step. With the bit of level 1 the way to where it stops is
/// there, too, and is dropped where it does not stop.
enum class VerifierLog : std::uint8_t { nothing = 0, stats = 1 | 4, full = 2 | 4 };

/// Takes a line, without its end.
using Tell = std::function<void(const std::string&)>;

/// Must outlive the object's load.
class ProgramLogs {
 public:
  ProgramLogs(bpf_object* object, VerifierLog level);

  /// The log of the program of that name; "" where nothing was written.
  std::string_view of(std::string_view program) const;
  /// Tells every log there is, each below the name of its program.
  void tell(const Tell& tell) const;

 private:
  struct ProgramLog {
    std::string program;
    std::unique_ptr<char[]> text;
  };
  std::vector<ProgramLog> logs_;
};

}  // namespace bpfmaps::object
