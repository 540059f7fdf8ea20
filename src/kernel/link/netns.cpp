// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/netns.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "base/caught.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/pin/mounts.h"

namespace bpfmaps::kernel {
namespace {

namespace fs = std::filesystem;

/// The inode number of the namespace at `path`; 0 where there is none or it may not be looked at:
/// errno tells.
std::uint32_t inode_at(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<std::uint32_t>(status.st_ino) : 0;
}

/// False for a namespace of another kind, and for one that was unmounted just now.
Result<bool> is_network_namespace(const std::string& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int refused = errno;
  if (!fd && refused == ENOENT) return false;
  if (!fd) return fail(Error::from_errno(refused, "open", path));
  return ioctl(fd.get(), NS_GET_NSTYPE) == CLONE_NEWNET;
}

/// What tells the network namespace of a process from others where it may not be looked at: the
/// inode number of a file that each has for itself.
ino_t mark_of(const fs::path& process) {
  struct stat status {};
  return stat((process / "net/dev").c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

std::uint32_t own_network_namespace() { return inode_at("/proc/self/ns/net"); }

NetworkNamespaces other_network_namespaces() {
  const std::uint32_t own = own_network_namespace();
  NetworkNamespaces found;
  const auto miss = [&](Error error) {
    if (!found.gap) found.gap = std::move(error);
  };
  std::map<std::uint32_t, std::string> paths;  // by inode number
  // A mounted one first: its path stays when a process ends.
  const auto mounts = all_mounts();
  if (!mounts) miss(mounts.error());
  for (const Mount& mount : mounts.value_or(std::vector<Mount>())) {
    if (mount.type != "nsfs") continue;
    const auto is_one = is_network_namespace(mount.point);
    if (!is_one) miss(is_one.error());
    if (is_one.value_or(false)) paths.emplace(inode_at(mount.point), mount.point);
  }
  std::map<std::uint32_t, fs::path> processes = {{own, "/proc/self"}};  // one of each
  std::set<ino_t> closed;
  std::error_code failed;
  for (fs::directory_iterator at("/proc", failed), end; !failed && at != end;
       at.increment(failed)) {
    if (!parse_u64(at->path().filename().string())) continue;
    const std::string path = at->path() / "ns/net";
    const std::uint32_t inode = inode_at(path);
    // A process that has ended is in none.
    if (inode != 0) {
      paths.emplace(inode, path);
      processes.emplace(inode, at->path());
    } else if (errno == EACCES || errno == EPERM) {
      closed.insert(mark_of(at->path()));
    } else if (errno != ENOENT && errno != ESRCH) {
      miss(Error::from_errno(errno, "look at", path));
    }
  }
  if (failed) miss(Error::from_errno(failed.value(), "read directory", "/proc"));
  if (!closed.empty())
    for (const auto& [inode, process] : processes) closed.erase(mark_of(process));
  found.closed = closed.size();
  for (auto& [inode, path] : paths)
    if (inode != own && inode != 0) found.others.push_back({inode, std::move(path)});
  return found;
}

Status look_into(const NetworkNamespace& other, const std::function<Status()>& look) {
  const Fd fd(open(other.path.c_str(), O_RDONLY | O_CLOEXEC));
  const int refused = errno;
  constexpr const char* kOperation = "look into a network namespace";
  if (!fd) return fail(Error::from_errno(refused, kOperation, other.path));
  Status status;
  const auto work = [&]() -> Status {
    if (setns(fd.get(), CLONE_NEWNET) == 0) return look();
    const int code = errno;
    return fail(Error::from_errno(code, kOperation, other.path));
  };
  try {
    std::thread([&] { status = caught(work); }).join();
  } catch (const std::system_error& refusal) {
    return fail(Error::from_errno(refusal.code().value(), kOperation, other.path)
                    .because("no thread can be started"));
  }
  return status;
}

}  // namespace bpfmaps::kernel
