// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/cgroup.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstring>

#include "base/fd.h"
#include "base/text.h"
#include "kernel/pin/mounts.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::kernel {

const std::string& cgroup_root() {
  static const std::string kRoot = [] {
    if (const auto mounts = all_mounts())
      for (const Mount& mount : *mounts)
        if (mount.type == "cgroup2") return mount.point;
    return std::string();
  }();
  return kRoot;
}

Result<std::string> cgroup_path(std::uint64_t id) {
  constexpr int kKernfsId = 0xfe;  // FILEID_KERNFS, Linux 5.5
  alignas(file_handle) unsigned char room[sizeof(file_handle) + sizeof id] = {};
  auto* handle = reinterpret_cast<file_handle*>(room);
  handle->handle_bytes = sizeof id;
  handle->handle_type = kKernfsId;
  std::memcpy(room + sizeof(file_handle), &id, sizeof id);
  const Fd root(open(cgroup_root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int code = errno;
  if (!root) return fail(Error::from_errno(code, "open the cgroups", cgroup_root()));
  const Fd cgroup(open_by_handle_at(root.get(), handle, O_PATH | O_CLOEXEC));
  code = errno;
  if (cgroup) return file_behind(cgroup.get());
  Error error = Error::from_errno(code, "find a cgroup", "cgroup id " + std::to_string(id));
  // The handle stands for nothing here: the cgroup is gone, or outside of what is mounted.
  return fail(code == ESTALE ? std::move(error).as(Kind::not_found) : error);
}

bool sees_all_cgroups() {
  constexpr ino_t kInitial = 0xeffffffb;  // PROC_CGROUP_INIT_INO
  struct stat status {};
  return stat("/proc/self/ns/cgroup", &status) != 0 || status.st_ino == kInitial;
}

const char* cgroup_flags_name(std::uint32_t flags) {
  if ((flags & BPF_F_ALLOW_MULTI) != 0) return "multi";
  return (flags & BPF_F_ALLOW_OVERRIDE) != 0 ? "override" : "none";
}

Result<Fd> open_cgroup(const std::string& path) {
  Fd cgroup(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int code = errno;
  if (!cgroup) return fail(Error::from_errno(code, "open a cgroup", path));
  struct statfs system {};
  if (fstatfs(cgroup.get(), &system) == 0 && system.f_type == CGROUP2_SUPER_MAGIC) return cgroup;
  return fail(Error::refused(Kind::invalid, "open a cgroup", path, "this is no cgroup of version 2",
                             "they lie under " + cgroup_root()));
}

Result<std::uint64_t> cgroup_id(const std::string& path) {
  const Fd cgroup = TRY(open_cgroup(path));
  struct stat status {};
  const int failed = fstat(cgroup.get(), &status);
  const int code = errno;
  if (failed != 0) return fail(Error::from_errno(code, "look at a cgroup", path));
  return status.st_ino;
}

}  // namespace bpfmaps::kernel
