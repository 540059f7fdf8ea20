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
#include <optional>

#include "base/text.h"
#include "kernel/permission.h"
#include "kernel/pin/obj_get.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::kernel {
namespace {

// Directories that are held open: the start, and the last few on the way down. The others are
// opened anew on the way up.
constexpr std::size_t kHeldOpen = 4;
// What lies deeper, or has a longer path, is made by somebody who means harm: each entry carries
// its path, and a drawing of the tree a mark for each level.
constexpr unsigned kDeepest = 2048;
constexpr std::size_t kLongestPath = 64 << 10;

/// `name` in the directory `parent`, as O_PATH. EXDEV where something is mounted on it.
Fd open_here(int parent, const std::string& name, std::uint64_t flags = 0) {
  open_how how{};
  how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC | flags;
  how.resolve = RESOLVE_NO_XDEV;
  return Fd(static_cast<int>(syscall(SYS_openat2, parent, name.c_str(), &how, sizeof how)));
}

struct Name {
  std::string text;
  bool is_file = false;  // false where the file system does not say
};

/// The names in the directory that an O_PATH descriptor stands for; no more than `most` says, where
/// it is set.
Result<std::vector<Name>> names_in(int directory, const std::string& path, std::size_t* most) {
  const Fd fd(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::vector<Name> names;
  // readdir() takes a large directory in pieces of 1,000 names, far more than `most` may want.
  std::vector<char> room(most != nullptr ? 8 << 10 : 32 << 10);
  ssize_t got = -1;
  while (fd && (got = getdents64(fd.get(), room.data(), room.size())) > 0) {
    for (ssize_t at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(room.data() + at);
      at += entry->d_reclen;
      if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
      if (most != nullptr && *most == 0) return names;
      if (most != nullptr) --*most;
      names.push_back({entry->d_name, entry->d_type == DT_REG});
    }
  }
  const int code = errno;
  if (got == 0) return names;
  Error error = Error::from_errno(code, "read directory", path);
  struct stat status {};
  if (code == EACCES && fstat(directory, &status) == 0) {
    error.context =
        "directory " + path + " (" + describe_access(status) + ") does not let you list it";
    error.hint = permission_hint("run as root, or with CAP_DAC_READ_SEARCH");
  }
  return fail(std::move(error));
}

class PinWalker {
 public:
  PinWalker(const VisitPin& visit, WalkRange range) : visit_(visit), range_(std::move(range)) {}

  /// Walks from what stands at `place`.
  void from(ResolvedPath place, PinEntry entry) {
    path_ = entry.path;
    visit(std::move(place), std::move(entry));
    while (!levels_.empty()) step();
  }

  /// The same from `name` in the directory `parent`.
  void from(int parent, const std::string& name, PinEntry entry) {
    path_ = entry.path;
    visit_child(parent, name, std::move(entry));
    while (!levels_.empty()) step();
  }

 private:
  /// A directory that the walk is in.
  struct Level {
    Fd fd;  // O_PATH; empty while deeper ones are visited
    PinEntry entry;
    std::size_t path_size;  // of path_: where its own path ends
    std::vector<Name> names;
    std::size_t next = 0;
    std::optional<Error> lost = {};  // it could not be opened again

    bool is_same(const struct stat& other) const {
      return other.st_dev == entry.status.st_dev && other.st_ino == entry.status.st_ino;
    }
  };

  void step() {
    Level& level = levels_.back();
    path_.resize(level.path_size);
    if (level.next == level.names.size()) return leave();
    const auto [name, is_file] = std::move(level.names[level.next++]);
    if (!path_.ends_with('/')) path_ += '/';
    path_ += name;
    const bool is_quick = is_file && range_.file && !level.lost;
    if (is_quick && range_.file(level.fd.get(), name, path_)) return;
    PinEntry entry{.path = path_, .depth = level.entry.depth + 1, .parent = level.fd.get()};
    if (!level.lost) return visit_child(level.fd.get(), name, std::move(entry));
    if (!name.starts_with(range_.prefix)) return;
    entry.error = *level.lost;
    visit_(entry, WalkStep::met);
  }

  void leave() {
    Level left = std::move(levels_.back());
    levels_.pop_back();
    if (!levels_.empty()) {
      Level& parent = levels_.back();
      if (!parent.fd) reopen(parent, left.fd.get());
      left.entry.parent = parent.fd.get();
    }
    left.entry.path = path_;
    if (left.lost) left.entry.error = *std::move(left.lost);
    visit_(left.entry, WalkStep::left);
  }

  /// Opens a directory that was let go, from one that lies in it. Somebody may have moved that one
  /// meanwhile: then its parent is another.
  void reopen(Level& level, int child) {
    Fd fd = open_here(child, "..", O_DIRECTORY);
    int code = errno;
    struct stat status {};
    if (fd && fstat(fd.get(), &status) != 0) {
      code = errno;
      fd.reset();
    }
    if (fd && level.is_same(status)) {
      level.fd = std::move(fd);
      return;
    }
    const std::string path = path_.substr(0, level.path_size);
    level.lost = fd ? Error::refused(Kind::incomplete, "read directory", path,
                                     "what lies in it was moved while it was read")
                    : Error::from_errno(code, "read directory", path);
  }

  void visit(ResolvedPath place, PinEntry entry) {
    entry.status = FileIdentity(place.status);
    if (place.is_directory()) return enter(std::move(place.fd), std::move(entry));
    if (place.is_symlink()) {
      auto target = link_target(place.fd.get());
      entry.is = PinEntry::Is::symlink;
      entry.target = target.value_or("");
      if (!target) entry.error = std::move(target).error();
    } else if (auto object = identify_pin(place, entry.path)) {
      entry.is = PinEntry::Is::pin;
      entry.object = *std::move(object);
    } else {
      entry.error = std::move(object).error();
    }
    visit_(entry, WalkStep::met);
  }

  void visit_child(int parent, const std::string& name, PinEntry entry) {
    if (entry.depth > 0 && !name.starts_with(range_.prefix)) return;
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
    visit_(entry, WalkStep::met);
  }

  static Result<Identity> identify_pin(const ResolvedPath& place, const std::string& path) {
    const Object object = TRY(get_object(place, path, Access::read));
    return identify(object.fd.get(), object.noun, path);
  }

  void enter(Fd directory, PinEntry entry) {
    entry.is = PinEntry::Is::directory;
    if (entry.depth > 0 && !range_.deep)
      return visit_(entry, WalkStep::met), visit_(entry, WalkStep::left);
    const bool too_deep = entry.depth >= kDeepest || path_.size() >= kLongestPath;
    auto names = too_deep ? refuse_depth(entry.path)
                          : names_in(directory.get(), entry.path, range_.names_left);
    if (!names) entry.error = names.error();
    visit_(entry, WalkStep::met);
    if (!names) return visit_(entry, WalkStep::left);
    if (!range_.file) std::ranges::sort(*names, {}, &Name::text);
    entry.path.clear();  // path_ has it: those of a deep tree would take the square of its depth
    levels_.push_back({std::move(directory), std::move(entry), path_.size(), *std::move(names)});
    // The first one stays open for whoever walks here.
    if (levels_.size() > kHeldOpen + 1) levels_[levels_.size() - kHeldOpen - 1].fd.reset();
  }

  static Result<std::vector<Name>> refuse_depth(const std::string& path) {
    return fail(Error::refused(Kind::incomplete, "read directory", path,
                               "it lies too deep: more than " + std::to_string(kDeepest) +
                                   " directories, or a path of " + std::to_string(kLongestPath) +
                                   " bytes"));
  }

  const VisitPin& visit_;
  const WalkRange range_;
  std::string path_;  // of what is visited
  std::vector<Level> levels_;
};

}  // namespace

Status walk_pins(const std::string& path, const VisitPin& visit, const WalkRange& range) {
  ResolvedPath place = TRY(resolve_in_bpffs(path, "walk"));
  PinWalker(visit, range).from(std::move(place), {.path = path});
  return {};
}

void walk_slot(const Slot& slot, const std::string& path, const VisitPin& visit) {
  const int parent = slot.parent.fd.get();
  PinWalker(visit, {}).from(parent, slot.name, {.path = path, .parent = parent});
}

}  // namespace bpfmaps::kernel
