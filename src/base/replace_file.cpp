// SPDX-License-Identifier: BSD-2-Clause
#include "base/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/fd.h"

namespace bpfmaps {
namespace {

Status write_all(int fd, std::string_view text, const std::string& subject) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(fd, text.data(), text.size());
    const int code = errno;
    if (wrote < 0 && code == EINTR) continue;
    if (wrote < 0) {
      Error error = Error::from_errno(code, "write file", subject);
      error.kind = Kind::io;
      return fail(std::move(error));
    }
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

}  // namespace

Status replace_file(const std::string& path, std::string_view text) {
  // Beside it, under a name that collectors of *.prom do not take for one of theirs.
  const std::size_t slash = path.rfind('/') + 1;
  const std::string made =
      path.substr(0, slash) + "." + path.substr(slash) + "." + std::to_string(getpid());
  struct stat there {};
  if (lstat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISLNK(there.st_mode))
    return fail(Error::refused(Kind::invalid, "write file", path,
                               "it is no file that could be exchanged for another"));
  Fd fd(open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  int code = errno;
  if (!fd && code == EEXIST) {  // left by a process of this number that was killed
    unlink(made.c_str());
    fd.reset(open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    code = errno;
  }
  if (!fd) return fail(Error::from_errno(code, "write file", path));
  fchmod(fd.get(), 0644);  // whatever the umask says: another user reads it
  Status done = write_all(fd.get(), text, path);
  if (done && (fsync(fd.get()) != 0 || rename(made.c_str(), path.c_str()) != 0)) {
    code = errno;
    done = fail(Error::from_errno(code, "write file", path));
  }
  if (!done) unlink(made.c_str());
  return done;
}

}  // namespace bpfmaps
