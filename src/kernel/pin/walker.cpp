// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/walker.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/text.h"
#include "kernel/pin/mounts.h"
#include "kernel/pin/obj_get.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::kernel {
namespace {

// Each level holds a descriptor; the usual limit of a process is 1024 of them.
constexpr unsigned kDeepest = 256;

/// `name` in the directory `parent`, as O_PATH. EXDEV where something is mounted on it.
Fd open_here(int parent, const std::string& name) {
  open_how how{};
  how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_NO_XDEV;
  return Fd(static_cast<int>(syscall(SYS_openat2, parent, name.c_str(), &how, sizeof how)));
}

/// The names in the directory that an O_PATH descriptor stands for, sorted.
Result<std::vector<std::string>> names_in(int directory, const std::string& path) {
  Fd fd(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int code = errno;
  const auto close_stream = [](DIR* stream) { closedir(stream); };
  std::unique_ptr<DIR, decltype(close_stream)> stream(fd ? fdopendir(fd.get()) : nullptr,
                                                      close_stream);
  std::vector<std::string> names;
  if (stream) {
    fd.release();  // the stream's from here on
    errno = 0;
    while (const dirent* entry = readdir(stream.get()))
      if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
        names.emplace_back(entry->d_name);
    code = errno;
  }
  if (stream && code == 0) {
    std::ranges::sort(names);
    return names;
  }
  Error error = Error::from_errno(code, "read directory", path);
  struct stat status {};
  if (code == EACCES && fstat(directory, &status) == 0) {
    error.context =
        "directory " + path + " (" + describe_access(status) + ") does not let you list it";
    error.hint = "its owner can allow that: chmod o+rx " + shell_word(path);
  }
  return fail(std::move(error));
}

class ArgMatcher {
 public:
  explicit ArgMatcher(const PinVisitor& visitor) : visitor_(visitor) {}

  void visit(ResolvedPath place, PinEntry entry) {
    entry.status = place.status;
    if (place.is_directory()) return visit_directory(place.fd.get(), std::move(entry));
    if (place.is_symlink()) {
      entry.is = PinEntry::Is::symlink;
      entry.target = link_target(place.fd.get());
    } else if (auto object = identify_pin(place, entry.path)) {
      entry.is = PinEntry::Is::pin;
      entry.object = *std::move(object);
    } else {
      entry.error = std::move(object).error();
    }
    visitor_.meet(entry);
  }

  void visit_child(int parent, const std::string& name, PinEntry entry) {
    if (!visitor_.wants(entry)) return;
    ResolvedPath place{open_here(parent, name)};
    int code = errno;
    if (place.fd) {
      if (fstat(place.fd.get(), &place.status) == 0)
        return visit(std::move(place), std::move(entry));
      code = errno;
    }
    if (code == ENOENT) return;  // removed since the directory was read
    entry.error = Error::from_errno(code, "look at", entry.path);
    if (code == EXDEV) {
      entry.is = PinEntry::Is::mount_point;
      entry.error.context = "something else is mounted here";
    }
    visitor_.meet(entry);
  }

 private:
  static Result<Identity> identify_pin(const ResolvedPath& place, const std::string& path) {
    const Object object = TRY(get_object(place, path, Access::read));
    return identify(object.fd.get(), object.noun, path);
  }

  void visit_directory(int directory, PinEntry entry) {
    entry.is = PinEntry::Is::directory;
    if (!visitor_.enters(entry)) return visitor_.meet(entry), visitor_.leave(entry);
    auto names = entry.depth < kDeepest ? names_in(directory, entry.path) : too_deep(entry.path);
    if (!names) entry.error = names.error();
    visitor_.meet(entry);
    const std::string prefix = entry.path.ends_with('/') ? entry.path : entry.path + "/";
    if (names)
      for (const std::string& name : *names)
        visit_child(directory, name,
                    {.path = prefix + name, .depth = entry.depth + 1, .parent = directory});
    visitor_.leave(entry);
  }

  static Result<std::vector<std::string>> too_deep(const std::string& path) {
    return fail(
        Error::refused(Kind::incomplete, "read directory", path,
                       "it lies more than " + std::to_string(kDeepest) + " directories deep"));
  }

  const PinVisitor& visitor_;
};

}  // namespace

Status walk_pins(const std::string& path, const PinVisitor& visitor) {
  ResolvedPath place = TRY(resolve_in_bpffs(path, "walk"));
  ArgMatcher(visitor).visit(std::move(place), {.path = path});
  return {};
}

void walk_slot(const Slot& slot, const std::string& path, const PinVisitor& visitor) {
  const int parent = slot.parent.fd.get();
  ArgMatcher(visitor).visit_child(parent, slot.name, {.path = path, .parent = parent});
}

PinIndex all_pins() {
  PinIndex index;
  for (const std::string& root : bpffs_mounts()) {
    // A mount that went away since it was listed holds no pins any more.
    (void)walk_pins(root, {.meet = [&](const PinEntry& entry) {
                      if (entry.is == PinEntry::Is::pin)
                        index[{entry.object.noun, entry.object.id}].push_back(entry.path);
                    }});
  }
  return index;
}

}  // namespace bpfmaps::kernel
