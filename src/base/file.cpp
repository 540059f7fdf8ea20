// SPDX-License-Identifier: BSD-2-Clause
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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

/// Reads until the end of the file, into a string or a vector of bytes.
template <class Content>
Result<Content> read_to_end(int fd, const std::string& subject, const std::string& operation,
                            std::size_t most) {
  constexpr std::size_t kBlock = 4096;  // what most files of /proc fit into
  Content content;
  std::size_t have = 0;
  while (have <= most) {
    if (content.size() == have) content.resize(std::min(std::max(have * 4, kBlock), most + 1));
    const ssize_t got = read(fd, content.data() + have, content.size() - have);
    const int code = errno;
    if (got < 0 && code == EINTR) continue;
    if (got < 0) return fail(Error::from_errno(code, operation, subject));
    if (got == 0) return content.resize(have), content;
    have += static_cast<std::size_t>(got);
  }
  return fail(Error::refused(Kind::invalid, operation, subject,
                             "it holds more than " + std::to_string(most) + " bytes"));
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

Result<Fd> create_file(const std::string& path, const std::string& operation) {
  Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  const int code = errno;
  if (file) return file;
  return fail(Error::from_errno(code, operation, path));
}

Result<std::vector<std::byte>> read_all(int fd, const std::string& subject,
                                        const std::string& operation, std::size_t most) {
  return read_to_end<std::vector<std::byte>>(fd, subject, operation, most);
}

Result<ReplacementFile> ReplacementFile::make(const std::string& path,
                                              const std::string& operation) {
  struct stat status {};
  const bool exists = stat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    const int code = errno;
    if (!file) return fail(Error::from_errno(code, operation, path));
    return ReplacementFile(path, "", operation, std::move(file));
  }
  // A link stays one: the file it leads to is replaced.
  std::error_code error;
  std::filesystem::path real = path;
  if (exists) real = std::filesystem::canonical(path, error);
  if (error) return fail(Error::from_errno(error.value(), operation, path));
  const std::string beside = real.string() + ".part-" + std::to_string(getpid());
  Fd file = TRY(bpfmaps::make(beside, operation));
  if (exists) fchmod(file.get(), status.st_mode & 07777);
  return ReplacementFile(real.string(), beside, operation, std::move(file));
}

ReplacementFile::~ReplacementFile() {
  if (fd_ && !beside_.empty()) unlink(beside_.c_str());
}

Status ReplacementFile::finish() {
  if (beside_.empty()) return fd_.reset(), Status();
  const bool done = fsync(fd_.get()) == 0 && rename(beside_.c_str(), path_.c_str()) == 0;
  const int code = errno;
  if (!done) return fail(Error::from_errno(code, operation_, path_));
  return fd_.reset(), Status();
}

Result<std::string> read_file(const std::string& path, const std::string& operation,
                              std::size_t most) {
  if (path == "-") return read_to_end<std::string>(STDIN_FILENO, "standard input", operation, most);
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int code = errno;
  if (!file) return fail(Error::from_errno(code, operation, path));
  return read_to_end<std::string>(file.get(), path, operation, most);
}

}  // namespace bpfmaps
