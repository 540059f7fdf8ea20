// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <iterator>

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "kernel/permission.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::kernel {
namespace {

/// Undoes the kernel's mangle(): space, tab, newline, backslash and # are written as \040 etc.
std::string unescape(std::string_view text) {
  const auto digit = [&](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '7';
  };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && digit(i + 1) && digit(i + 2) && digit(i + 3)) {
      plain +=
          static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0');
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

/// Whether the path of the mount point leads to something else than this mount, or to nothing any
/// more. One that may not be looked at is taken to be there: whoever walks it will be told why.
bool is_covered(const Mount& mount) {
  struct statx status {};
  const int failed = statx(AT_FDCWD, mount.point.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
                           STATX_MNT_ID, &status);
  const int code = errno;
  return failed != 0 ? code == ENOENT : status.stx_mnt_id != mount.id;
}

/// Before Linux 6.9 a bpffs takes any option and does nothing with it. With delegation came the
/// command that makes tokens, and older kernels answer EINVAL to it, not EBADF.
bool knows_delegation() {
  constexpr int kTokenCreate = 36;
  const struct { std::uint32_t flags, bpffs_fd; } attributes{0, ~0U};
  return syscall(SYS_bpf, kTokenCreate, &attributes, sizeof attributes) < 0 && errno != EINVAL;
}

std::string text_of(const BpffsOptions& options) {
  const auto in_base = [](std::uint64_t value, int base) {
    char digits[24];
    return std::string(digits, std::to_chars(digits, std::end(digits), value, base).ptr);
  };
  std::string text = "mode=" + in_base(options.mode, 8);
  const auto add = [&](const char* name, std::uint64_t bits) {
    if (bits != 0) text.append(",").append(name).append("=0x").append(in_base(bits, 16));
  };
  add("delegate_cmds", options.delegate_cmds);
  add("delegate_maps", options.delegate_maps);
  add("delegate_progs", options.delegate_progs);
  add("delegate_attachs", options.delegate_attachs);
  return text;
}

}  // namespace

std::vector<Mount> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  for (const std::string_view line : split(text, '\n')) {
    // 36 35 98:0 / /sys/fs/bpf rw,nosuid master:1 - bpf bpf rw,mode=700
    const auto words = split(line, ' ');
    const auto dash = std::ranges::find(words, "-");
    if (words.size() < 5 || words.end() - dash < 2) continue;
    const auto id = parse_u64(words[0]);
    if (id)
      mounts.push_back({.id = *id, .point = unescape(words[4]), .type = std::string(dash[1])});
  }
  return mounts;
}

Result<std::vector<Mount>> all_mounts() {
  return parse_mountinfo(TRY(read_file("/proc/self/mountinfo")));
}

Result<std::vector<std::string>> bpffs_mounts() {
  std::vector<std::string> points;
  for (Mount& mount : TRY(all_mounts()))
    if (mount.type == "bpf" && !is_covered(mount)) points.push_back(std::move(mount.point));
  std::ranges::sort(points);
  return points;
}

Status mount_bpffs(const std::string& directory, const BpffsOptions& options) {
  const std::string operation = "mount a BPF file system";
  const ResolvedPath place = TRY(resolve(directory, operation));
  if (!place.is_directory())
    return fail(Error::refused(Kind::invalid, operation, directory, "this is not a directory"));
  if (TRY(lies_in_bpffs(place.fd.get())))
    return fail(
        Error::refused(Kind::exists, operation, directory, "it lies in a BPF file system already"));
  if (options.delegates() && !knows_delegation()) {
    return fail(Error::refused(Kind::unsupported, operation, directory,
                               "the running kernel delegates nothing: that came with Linux 6.9"));
  }
  const std::string target = path_of(place.fd.get()), text = text_of(options);
  if (mount("bpf", target.c_str(), "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, text.c_str()) == 0)
    return {};
  const int code = errno;
  Error error = Error::from_errno(code, operation, directory);
  if (code == EPERM) {
    error.context = "mounting needs CAP_SYS_ADMIN";
    error.hint = permission_hint("run as root");
  } else if (code == ENODEV) {
    error.context = "the running kernel has no BPF file system (CONFIG_BPF_SYSCALL)";
  }
  return fail(std::move(error));
}

}  // namespace bpfmaps::kernel
