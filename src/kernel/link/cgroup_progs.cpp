// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/cgroup_progs.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "base/fd.h"
#include "base/kernel_errno.h"
#include "kernel/cgroup.h"
#include "kernel/link/hook.h"
#include "kernel/link/prog_query.h"

namespace bpfmaps::kernel {
namespace {

class ArgMatcher {
 public:
  ArgMatcher(const std::vector<std::uint32_t>& attach_types, std::uint32_t flags,
             const CgroupVisit& visit)
      : attach_types_(attach_types), flags_(flags), visit_(visit) {}

  Status enter(Fd fd, const std::string& path, bool deeper) {
    struct stat status {};
    if (fstat(fd.get(), &status) != 0) return miss(path);
    visit_(path, status.st_ino, TRY(attached_to(fd.get(), path, status.st_ino)));
    if (!deeper) return {};
    const auto children = children_of(fd.get());
    if (!children) return miss(path);
    for (const std::string& name : *children) {
      constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
      Fd child(openat(fd.get(), name.c_str(), kFlags));
      if (child)
        TRY(enter(std::move(child), (path == "/" ? "" : path) + "/" + name, true));
      else if (errno != ENOENT)
        TRY(miss((path == "/" ? "" : path) + "/" + name));
    }
    return {};
  }
  std::vector<std::string> unread() && { return std::move(unread_); }

 private:
  Status miss(const std::string& path) {
    if (unread_.empty() || unread_.back() != path) unread_.push_back(path);
    return {};
  }

  Result<std::vector<CgroupProg>> attached_to(int fd, const std::string& path, std::uint64_t id) {
    std::vector<CgroupProg> found;
    for (const std::uint32_t type : attach_types_) {
      const auto queried = query_progs(fd, type, flags_);
      // A hook that the kernel does not have, and a cgroup that is gone, hold nothing.
      if (!queried && queried.error().code == EPERM) return fail(queried.error());
      if (!queried && !holds_nothing(queried.error().code)) TRY(miss(path));
      if (!queried) continue;
      for (const QueriedProg& prog : queried->progs)
        found.push_back({id, path, type, prog.id, queried->flags});
    }
    return found;
  }

  static bool holds_nothing(int code) {
    return code == EINVAL || code == EOPNOTSUPP || code == kEnotsupp || code == ENOENT ||
           code == ENODEV;
  }

  // Nothing where the directory cannot be read.
  static std::optional<std::vector<std::string>> children_of(int fd) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(fcntl(fd, F_DUPFD_CLOEXEC, 3)),
                                                        closedir);
    if (!directory) return {};
    errno = 0;
    for (const dirent* entry; (entry = readdir(directory.get())) != nullptr; errno = 0)
      if (entry->d_type == DT_DIR && entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    // A cgroup that was removed just now has no children.
    if (errno != 0 && errno != ENOENT) return {};
    std::ranges::sort(names);
    return names;
  }

  const std::vector<std::uint32_t>& attach_types_;
  const std::uint32_t flags_;
  const CgroupVisit& visit_;
  std::vector<std::string> unread_;
};

}  // namespace

Result<std::vector<std::string>> walk_cgroups(const std::string& path, CgroupDepth depth,
                                              const std::vector<std::uint32_t>& attach_types,
                                              bool effective, const CgroupVisit& visit) {
  std::string shown = path;
  while (shown.size() > 1 && shown.ends_with('/')) shown.pop_back();
  ArgMatcher walk(attach_types, effective ? BPF_F_QUERY_EFFECTIVE : 0, visit);
  Fd top = TRY(open_cgroup(path));
  TRY(walk.enter(std::move(top), shown, depth == CgroupDepth::all));
  return std::move(walk).unread();
}

}  // namespace bpfmaps::kernel
