// SPDX-License-Identifier: BSD-2-Clause
// Code of this machine's processor as text, by a program of its own: bpfmaps-llvm.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::disasm {

/// Whether bpfmaps-llvm is where the program looks for it, and may be trusted.
bool has_host_disassembler();

/// A running bpfmaps-llvm. It ends with this object.
class HostDisassembler {
 public:
  /// What to write for an address that is jumped to or called or, without `is_branch`, for a
  /// constant; "" for the number.
  using NameOf = std::function<std::string(std::uint64_t value, bool is_branch)>;

  /// Starts it. Kind::unsupported, with what to do, where it was not built or not installed;
  /// Kind::permission where somebody else may change it.
  static Result<HostDisassembler> start(NameOf name_of);
  HostDisassembler(HostDisassembler&& other) noexcept;
  HostDisassembler& operator=(HostDisassembler&&) = delete;
  ~HostDisassembler();

  struct Decoded {
    std::size_t size = 0;  ///< bytes; never 0
    std::string text;      ///< "movq %rsp, %rbp"; ".byte 0xc5" for what is no instruction
  };
  /// Gives `take` the instructions of `code`, which lies at `address`, in order: together they are
  /// as long as it is. Fails where bpfmaps-llvm ends early.
  Status decode(Bytes code, std::uint64_t address, const std::function<void(Decoded)>& take) const;

 private:
  HostDisassembler(NameOf name_of, Fd socket, pid_t process);
  Status send_name(std::uint64_t value, bool is_branch) const;

  NameOf name_of_;
  Fd socket_;
  pid_t process_;  // 0: moved away
};

}  // namespace bpfmaps::disasm
