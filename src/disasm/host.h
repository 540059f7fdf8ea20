// SPDX-License-Identifier: BSD-2-Clause
// Code of this machine's processor as text.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace bpfmaps::disasm {

class HostDisassembler {
 public:
  /// What to write for an address that is jumped to or called or, without `is_branch`, for a
  /// constant; "" for the number.
  using NameOf = std::function<std::string(std::uint64_t value, bool is_branch)>;

  /// Kind::unsupported, with what to do, where the program was built or installed without it.
  static Result<HostDisassembler> open(NameOf name_of);

  struct Decoded {
    std::size_t size = 0;  ///< bytes; never 0
    std::string text;      ///< "movq %rsp, %rbp"; ".byte 0xc5" for what is no instruction
  };
  /// The instruction at the front of `code`, which is not empty and lies at `address`.
  Decoded decode(Bytes code, std::uint64_t address) const;

 private:
  struct Opened;
  struct Close {
    void operator()(Opened* opened) const;
  };
  explicit HostDisassembler(std::unique_ptr<Opened, Close> opened);
  std::unique_ptr<Opened, Close> opened_;
};

}  // namespace bpfmaps::disasm
