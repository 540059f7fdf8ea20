// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/stream.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace bpfmaps::kernel {
namespace {

// BPF_PROG_STREAM_READ_BY_FD and its part of union bpf_attr, Linux 6.17.
constexpr int kStreamRead = 37;
struct StreamRead {
  alignas(8) std::uint64_t buffer;
  std::uint32_t size;
  std::uint32_t stream;
  std::uint32_t prog;
};

}  // namespace

Result<std::string> take_stream(const Prog& prog, Stream stream) {
  std::string all, piece(16 << 10, '\0');
  for (;;) {
    StreamRead ask{};
    ask.buffer = reinterpret_cast<std::uintptr_t>(piece.data());
    ask.size = static_cast<std::uint32_t>(piece.size());
    ask.stream = static_cast<std::uint32_t>(stream);
    ask.prog = static_cast<std::uint32_t>(prog.fd());
    const long size = syscall(SYS_bpf, kStreamRead, &ask, sizeof ask);
    const int code = errno;
    if (size == 0) return all;
    if (size > 0) {
      all.append(piece, 0, static_cast<std::size_t>(size));
      continue;
    }
    Error error = Error::from_errno(code, "read a stream of a program", prog.info().name);
    // An older kernel does not know the command.
    if (code == EINVAL)
      return fail(
          std::move(error)
              .as(Kind::unsupported)
              .because("the kernel has no streams of programs (they came with Linux 6.17)"));
    return fail(std::move(error));
  }
}

}  // namespace bpfmaps::kernel
