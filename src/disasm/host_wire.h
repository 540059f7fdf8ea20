// SPDX-License-Identifier: BSD-2-Clause
// What the program and its disassembler of compiled code, a program of its own, say to each other
// over a socket, in the byte order of the machine that both run on.
//
// LLVM is behind it: its tables of one instruction set are 6 MB and need 50,000 relocations, a
// millisecond that nobody who reads a map should wait for.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace bpfmaps::disasm {

/// The program asks for this code; its bytes follow.
struct HostCode {
  std::uint64_t address;  ///< where the code lies
  std::uint64_t size;     ///< bytes
};

/// The disassembler answers with one for each instruction, until the code ends. In between it asks
/// for names.
struct HostAnswer {
  std::uint64_t value;      ///< the address or constant whose name is asked for
  std::uint32_t size;       ///< bytes of the instruction; 0: no instruction begins here. Or kAsks.
  std::uint16_t text_size;  ///< bytes of its text, which follows
  std::uint16_t is_branch;  ///< the address is jumped to or called
};
/// HostAnswer::size of a question. The program answers with a HostName.
inline constexpr std::uint32_t kAsksForName = UINT32_MAX;

/// The name that was asked for; its text follows.
struct HostName {
  std::uint16_t text_size;  ///< bytes; 0: there is none
};

/// Reads or writes (`call` is read() or write()) all `size` bytes. False where the other side is
/// gone, with errno 0, or where the call failed.
template <class Call, class Byte>
bool transfer(Call call, int fd, Byte* bytes, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t now = call(fd, bytes + done, size - done);
    if (now == 0) errno = 0;
    if (now > 0)
      done += static_cast<std::size_t>(now);
    else if (now == 0 || errno != EINTR)
      return false;
  }
  return true;
}

}  // namespace bpfmaps::disasm
