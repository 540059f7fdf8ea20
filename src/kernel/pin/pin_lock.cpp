// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/pin_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <utility>

#include "base/held_signals.h"

namespace bpfmaps::kernel {
namespace {

constexpr int kTries = 3000;
constexpr useconds_t kPause = 10'000;

using Identity = std::pair<dev_t, ino_t>;

Status lock(int fd, const std::string& path) {
  for (int tries = 0; tries < kTries; ++tries) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return {};
    const int code = errno;
    if (code != EWOULDBLOCK && code != EINTR)
      return fail(Error::from_errno(code, "lock a directory", path));
    if (HeldSignals::any()) return fail(Error::from_errno(EINTR, "lock a directory", path));
    usleep(kPause);
  }
  return fail(Error::refused(Kind::exists, "lock a directory", path,
                             "another process has kept it locked for 30 s", "lslocks shows which"));
}

}  // namespace

Result<std::optional<std::vector<Fd>>> lock_directories(const std::vector<std::string>& paths) {
  // By identity: two paths of one directory are one lock, and all processes take them in one order.
  std::map<Identity, std::pair<Fd, std::string>> found;
  for (const std::string& path : paths) {
    Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat about {};
    if (fd && fstat(fd.get(), &about) == 0)
      found.try_emplace(Identity{about.st_dev, about.st_ino}, std::move(fd), path);
  }
  std::vector<Fd> locks;
  for (auto& [identity, directory] : found) {
    auto& [fd, path] = directory;
    TRY(lock(fd.get(), path));
    struct stat now {};
    if (stat(path.c_str(), &now) != 0 || Identity{now.st_dev, now.st_ino} != identity)
      return std::optional<std::vector<Fd>>();
    locks.push_back(std::move(fd));
  }
  return locks;
}

}  // namespace bpfmaps::kernel
