// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/obj_get.h"

#include <bpf/bpf.h>

#include <cerrno>

#include "base/text.h"
#include "kernel/permission.h"
#include "kernel/pin/want_of_proc.h"

namespace bpfmaps::kernel {
namespace {

Fd obj_get(const ResolvedPath& place, std::uint32_t flags) {
  struct bpf_obj_get_opts options {};
  options.sz = sizeof options;
  options.file_flags = flags;
  return Fd(bpf_obj_get_opts(path_of(place.fd.get()).c_str(), &options));
}

/// Why the kernel said no. The directories on the way were passed before: EACCES is about the
/// mode of the pin itself, EPERM about a capability (Linux 5.10 to 7.2).
Error explain(int code, const ResolvedPath& place, const std::string& path, bool to_write) {
  Error error = Error::from_errno(code, "open pin", path);
  if (code == EACCES) {
    const std::string verb = to_write ? "write" : "read";
    error.context = describe_access(place.status) + " does not let you " + verb + " it";
    error.hint = permission_hint("run as root, or with CAP_DAC_OVERRIDE");
  } else if (code == EPERM) {
    error.context = "the kernel asks for a capability, or a security module forbids it";
    error.hint = permission_hint("run as root, or with CAP_BPF");
  } else if (code == ENOENT && is_for_want_of_proc(error)) {
    return error;
  } else if (code == ENOENT && path.rfind('.') != path.npos && path.rfind('.') > path.rfind('/')) {
    // CONFIG_BPF_PRELOAD puts maps.debug and progs.debug into every bpffs (Linux 5.10 on).
    error.kind = Kind::unsupported;
    error.context = "the kernel's own file, with no object behind it";
  }
  return error;
}

}  // namespace

Result<Noun> noun_behind(int fd, const std::string& path) {
  const std::string kind = TRY(file_behind(fd));
  if (kind == "anon_inode:bpf-map") return Noun::map;
  if (kind == "anon_inode:bpf-prog") return Noun::prog;
  if (kind == "anon_inode:bpf-link" || kind == "anon_inode:bpf_link") return Noun::link;
  return fail(Error::refused(Kind::unsupported, "open pin", path,
                             "this is neither a map nor a program nor a link but " + kind));
}

Result<Object> get_object(const ResolvedPath& place, const std::string& path, Access access) {
  if (place.is_directory()) {
    return fail(Error::refused(Kind::invalid, "open pin", path, "this is a directory, not a pin",
                               "`bpfmaps pin list " + shell_word(path) + "` shows what is in it"));
  }
  bool to_write = access == Access::write;
  Fd fd = obj_get(place, to_write ? 0 : BPF_F_RDONLY);
  int code = errno;
  // A link cannot be had for reading only: bpf_obj_get_user() answers EINVAL (Linux 5.7 on).
  if (!fd && code == EINVAL && !to_write) {
    to_write = true;
    fd = obj_get(place, 0);
    code = errno;
  }
  if (!fd) return fail(explain(code, place, path, to_write));
  const Noun noun = TRY(noun_behind(fd.get(), path));
  return Object{std::move(fd), noun};
}

std::string_view noun_phrase(Noun noun) {
  constexpr std::string_view kPhrases[] = {"a map", "a program", "a link"};
  return kPhrases[static_cast<std::size_t>(noun)];
}

}  // namespace bpfmaps::kernel
