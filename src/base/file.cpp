// SPDX-License-Identifier: BSD-2-Clause
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

namespace bpfmaps {
namespace {

/// Makes the file, and only that: whoever may write to the folder can put something there first.
Result<Fd> make(const std::string& path, const std::string& operation) {
  Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  const int code = errno;
  if (file) return file;
  return fail(Error::from_errno(code, operation, path));
}

}  // namespace

Result<Fd> open_private_file(const std::string& path, const std::string& operation) {
  auto made = make(path, operation);
  if (made || made.error().code != EEXIST) return made;
  Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  int code = errno;
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0) {
    if (file) code = errno;
    return fail(Error::from_errno(code, operation, path));
  }
  if (!S_ISREG(status.st_mode)) return file;
  if (status.st_uid != geteuid()) {
    return fail(Error::refused(
        Kind::permission, operation, path,
        "the file belongs to uid " + std::to_string(status.st_uid) + ", who could read it",
        "name another file"));
  }
  if ((status.st_mode & 077) == 0 && status.st_nlink == 1) {
    if (ftruncate(file.get(), 0) == 0) return file;
    code = errno;
    return fail(Error::from_errno(code, operation, path));
  }
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  if (!error) std::filesystem::remove(real, error);
  if (error) return fail(Error::from_errno(error.value(), operation, path));
  return make(real, operation);
}

}  // namespace bpfmaps
