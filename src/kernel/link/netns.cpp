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
#include <thread>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "kernel/pin/mounts.h"

namespace bpfmaps::kernel {
namespace {

namespace fs = std::filesystem;

/// The inode number of the namespace at `path`; 0 where there is none or it may not be looked at.
std::uint32_t inode_at(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<std::uint32_t>(status.st_ino) : 0;
}

bool is_network_namespace(const std::string& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return fd && ioctl(fd.get(), NS_GET_NSTYPE) == CLONE_NEWNET;
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
  std::map<std::uint32_t, std::string> paths;  // by inode number
  // A mounted one first: its path stays when a process ends.
  const auto mounts = all_mounts();
  for (const Mount& mount : mounts.value_or(std::vector<Mount>()))
    if (mount.type == "nsfs" && is_network_namespace(mount.point))
      paths.emplace(inode_at(mount.point), mount.point);
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
    }
  }
  if (!closed.empty())
    for (const auto& [inode, process] : processes) closed.erase(mark_of(process));
  NetworkNamespaces found{.closed = closed.size()};
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
  std::thread([&] {
    if (setns(fd.get(), CLONE_NEWNET) != 0) {
      const int code = errno;
      status = fail(Error::from_errno(code, kOperation, other.path));
    } else {
      status = look();
    }
  }).join();
  return status;
}

}  // namespace bpfmaps::kernel
