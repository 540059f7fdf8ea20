// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/resolve.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <memory>
#include <vector>

#include "base/text.h"
#include "kernel/permission.h"

namespace bpfmaps::kernel {
namespace {

constexpr int kMostSymlinks = 40;  // as the kernel (MAXSYMLINKS)

Result<bool> lies_in(int fd, unsigned long magic) {
  struct statfs status {};
  const int failed = fstatfs(fd, &status);
  const int code = errno;
  if (failed == 0) return static_cast<unsigned long>(status.f_type) == magic;
  return fail(Error::from_errno(code, "ask for the file system", description_of(fd)));
}

/// The text of the symbolic link at `path`, or of `fd` itself where that is "".
Result<std::string> read_link(int fd, const char* path) {
  char text[PATH_MAX];
  const ssize_t size = readlinkat(fd, path, text, sizeof text);
  const int code = errno;
  if (size >= 0) return std::string(text, static_cast<std::size_t>(size));
  return fail(Error::from_errno(code, "read where a link leads", path));
}

/// What to do about a name that is not in `directory`, of which `fd` is an O_PATH descriptor: the
/// nearest one that is there, or how to see them all.
std::string near_name(int fd, const std::string& name, const std::string& directory) {
  Fd opened(openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto close_stream = [](DIR* stream) { closedir(stream); };
  const std::unique_ptr<DIR, decltype(close_stream)> stream(
      opened ? fdopendir(opened.get()) : nullptr, close_stream);
  std::vector<std::string> names;
  if (stream) {
    opened.release();  // the stream's from here on
    while (const dirent* entry = readdir(stream.get())) names.emplace_back(entry->d_name);
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string_view near = nearest(name, known);
  if (near.empty()) return "`bpfmaps pin list " + shell_word(directory) + "` shows what there is";
  const std::string slash = directory.ends_with('/') ? "" : "/";
  return "did you mean " + shell_word(directory + slash + std::string(near)) + "?";
}

/// One walk along a path: where it is, and the components it has yet to pass, last one first.
class ArgMatcher {
 public:
  ArgMatcher(const std::string& path, std::string_view operation)
      : path_(path), operation_(operation) {}

  Result<ResolvedPath> run() {
    TRY(start(path_));
    while (!pending_.empty()) {
      const std::string name = std::move(pending_.back());
      pending_.pop_back();
      TRY(step(name));
    }
    return std::move(here_);
  }

 private:
  /// Puts the components of `path` before those pending; an absolute one leads back to the root.
  Status start(std::string_view path) {
    if (path.starts_with('/')) {
      TRY(enter(AT_FDCWD, "/", 0));
    } else if (!here_.fd) {
      if (path.empty()) return fail(error(ENOENT).because("the path is empty"));
      TRY(enter(AT_FDCWD, ".", 0));
    }
    const auto parts = split(path, '/');
    for (auto part = parts.rbegin(); part != parts.rend(); ++part)
      if (!part->empty() && *part != ".") pending_.emplace_back(*part);
    return {};
  }

  Status step(const std::string& name) {
    ResolvedPath from = std::move(here_);
    here_ = {};
    if (const Status entered = enter(from.fd.get(), name.c_str(), O_NOFOLLOW); !entered)
      return fail(explain(entered.error().code, from, name));
    if (!here_.is_symlink()) return {};
    const std::string target = TRY(link_target(here_.fd.get()));
    if (TRY(lies_in_bpffs(here_.fd.get()))) {
      return fail(
          error(ELOOP)
              .because("a symbolic link in a BPF file system is not followed: anyone who "
                       "may write there may have planted it")
              .advise("it leads to " + shell_word(target) + ": name that path if you trust it")
              .as(Kind::invalid));
    }
    if (++symlinks_ > kMostSymlinks) return fail(error(ELOOP));
    if (!may_follow(from.status)) {
      return fail(
          error(EACCES)
              .because(description_of(from.fd.get()) + "/" + name +
                       " is somebody else's symbolic link in a directory anyone may write")
              .advise("it leads to " + shell_word(target) + ": name that path if you trust it"));
    }
    // Those of procfs may lead out of this mount namespace (/proc/PID/root), which no text says.
    if (TRY(lies_in(here_.fd.get(), PROC_SUPER_MAGIC)))
      return enter(from.fd.get(), name.c_str(), 0);
    here_ = std::move(from);
    return start(target);
  }

  /// What sysctl fs.protected_symlinks asks: /tmp is no place to be led on from by strangers.
  bool may_follow(const struct stat& directory) const {
    constexpr mode_t kShared = S_ISVTX | S_IWOTH;
    const uid_t owner = here_.status.st_uid;
    return (directory.st_mode & kShared) != kShared || owner == geteuid() ||
           owner == directory.st_uid;
  }

  Status enter(int from, const char* name, int flags) {
    here_.fd.reset(openat(from, name, O_PATH | O_CLOEXEC | flags));
    int code = errno;
    if (here_.fd) {
      if (fstat(here_.fd.get(), &here_.status) == 0) return {};
      code = errno;
    }
    return fail(error(code));
  }

  Error error(int code) const { return Error::from_errno(code, std::string(operation_), path_); }

  /// Why `name` could not be found in `from`, naming the component to blame.
  Error explain(int code, const ResolvedPath& from, const std::string& name) const {
    const std::string directory = description_of(from.fd.get());
    const bool in_bpffs = lies_in_bpffs(from.fd.get()).value_or(false);
    if (code == EACCES) {
      return error(code)
          .because("directory " + directory + " (" + describe_access(from.status) +
                   ") does not let you search it")
          .advise(permission_hint("run as root, or with CAP_DAC_READ_SEARCH"));
    }
    if (code == ENOTDIR) return error(code).because(directory + " is not a directory");
    // bpf_lookup() of the kernel answers EPERM to every name with a dot.
    if (code == ENOENT || (code == EPERM && in_bpffs && name.find('.') != name.npos)) {
      if (directory.empty()) return error(ENOENT).because("there is no " + name + " in its place");
      return error(ENOENT)
          .because("there is no " + name + " in " + directory)
          .advise(in_bpffs ? near_name(from.fd.get(), name, directory)
                           : directory +
                                 " is not in a BPF file system; `bpfmaps pin list` shows "
                                 "what those that are mounted hold");
    }
    return error(code);
  }

  const std::string& path_;
  std::string_view operation_;
  ResolvedPath here_;
  std::vector<std::string> pending_;
  int symlinks_ = 0;
};

}  // namespace

Result<ResolvedPath> resolve(const std::string& path, std::string_view operation) {
  return ArgMatcher(path, operation).run();
}

Result<ResolvedPath> resolve_in_bpffs(const std::string& path, std::string_view operation) {
  ResolvedPath place = TRY(resolve(path, operation));
  if (TRY(lies_in_bpffs(place.fd.get()))) return place;
  return fail(Error::refused(Kind::invalid, std::string(operation), path,
                             "this does not lie in a BPF file system",
                             "pins live where one is mounted, mostly /sys/fs/bpf; `bpfmaps pin "
                             "list` shows them all"));
}

Result<bool> lies_in_bpffs(int fd) { return lies_in(fd, BPF_FS_MAGIC); }

std::string path_of(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

Result<std::string> file_behind(int fd) { return read_link(AT_FDCWD, path_of(fd).c_str()); }

std::string description_of(int fd) { return file_behind(fd).value_or(""); }

Result<std::string> link_target(int fd) { return read_link(fd, ""); }

std::string describe_access(const struct stat& status) {
  std::string text = "mode 0000, uid " + std::to_string(status.st_uid);
  for (std::size_t digit = 0; digit < 4; ++digit)
    text[5 + digit] = static_cast<char>('0' + (status.st_mode >> (9 - 3 * digit) & 7));
  return text;
}

}  // namespace bpfmaps::kernel
