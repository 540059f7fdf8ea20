// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/process.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace bpfmaps::kernel {
namespace {

Error no_descriptor(int code, std::uint64_t fd, const std::string& whose) {
  Error error = Error::from_errno(code, "copy a descriptor", "fd " + std::to_string(fd));
  if (code != EBADF) return error;
  return std::move(error).as(Kind::not_found).because(whose + " has no such descriptor open");
}

}  // namespace

Result<Fd> open_process(std::uint64_t pid) {
  const long fd = syscall(SYS_pidfd_open, pid, 0);
  const int code = errno;
  if (fd >= 0) return Fd(static_cast<int>(fd));
  Error error = Error::from_errno(code, "open a process", "pid " + std::to_string(pid));
  if (code == ESRCH)
    return fail(std::move(error).as(Kind::not_found).because("there is no such process"));
  // Linux before 6.9 knows only the first thread of a process.
  if (code == EINVAL || code == ENOENT)
    return fail(std::move(error).as(Kind::not_found).because("this is no process"));
  return fail(std::move(error));
}

Result<Fd> copy_descriptor(std::uint64_t pid, std::uint64_t fd) {
  const Fd process = TRY(open_process(pid));
  const long copy = syscall(SYS_pidfd_getfd, process.get(), fd, 0);
  const int code = errno;
  if (copy >= 0) return Fd(static_cast<int>(copy));
  return fail(no_descriptor(code, fd, "process " + std::to_string(pid)));
}

Result<Fd> inherited_descriptor(std::uint64_t fd) {
  const int copy = fcntl(static_cast<int>(fd), F_DUPFD_CLOEXEC, 3);
  const int code = errno;
  if (copy >= 0) return Fd(copy);
  return fail(no_descriptor(code, fd, "bpfmaps").advise("the shell opens one: `... fd 5 5<FILE`"));
}

}  // namespace bpfmaps::kernel
