// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/resolve.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::string_view kOpen = "open pin";

std::string_view noun_word(Noun noun) {
  constexpr std::string_view kWords[] = {"a map", "a program", "a link"};
  return kWords[static_cast<std::size_t>(noun)];
}

Error outside_bpffs(std::string operation, const std::string& path) {
  return {.kind = Kind::invalid,
          .operation = std::move(operation),
          .subject = path,
          .context = "this does not lie in a BPF file system",
          .hint =
              "pins live where one is mounted, mostly /sys/fs/bpf; `bpfmaps pin list` shows "
              "them all"};
}

/// BPF_OBJ_GET of what `place` holds, through its descriptor.
Fd get_object(const Place& place, std::uint32_t flags) {
  struct bpf_obj_get_opts options{};
  options.sz = sizeof options;
  options.file_flags = flags;
  return Fd(bpf_obj_get_opts(path_of(place.fd.get()).c_str(), &options));
}

Error explain_refusal(int code, const Place& place, const std::string& path, bool to_write) {
  Error error = Error::from_errno(code, std::string(kOpen), path);
  // EACCES is the pin's own mode (the directories were passed before); EPERM is a capability.
  if (code == EACCES) {
    error.context = std::string("its mode does not let you ") + (to_write ? "write" : "read") +
                    " it: " + describe_access(place.status);
    error.hint =
        std::string("its owner can allow that: chmod o+") + (to_write ? "rw " : "r ") + path;
  } else if (code == EPERM) {
    error.context = "the kernel asks for a capability, or a security module forbids it";
    error.hint = "run with CAP_BPF (CAP_SYS_ADMIN before Linux 5.8)";
  } else if (code == ENOENT && access("/proc/self/fd", X_OK) != 0) {
    error.kind = Kind::system;
    error.context = "pins are opened through /proc/self/fd, which is not there";
    error.hint = "mount -t proc proc /proc";
  }
  return error;
}

Result<Noun> noun_of_fd(int fd, const std::string& path) {
  const std::string kind = description_of(fd);
  if (kind == "anon_inode:bpf-map") return Noun::map;
  if (kind == "anon_inode:bpf-prog") return Noun::prog;
  if (kind == "anon_inode:bpf-link" || kind == "anon_inode:bpf_link") return Noun::link;
  return fail(Error{.kind = Kind::unsupported,
                    .operation = std::string(kOpen),
                    .subject = path,
                    .context = "this is neither a map nor a program nor a link but " + kind});
}

struct Opened {
  Fd fd;
  Noun noun;
};

Result<Opened> open_object(const std::string& path, Access access) {
  const Place place = TRY(resolve(path, kOpen));
  if (!lies_in_bpffs(place.fd.get())) return fail(outside_bpffs(std::string(kOpen), path));
  if (place.is_directory()) {
    return fail(Error{.kind = Kind::invalid,
                      .operation = std::string(kOpen),
                      .subject = path,
                      .context = "this is a directory, not a pin",
                      .hint = "`bpfmaps pin list " + path + "` shows what is in it"});
  }
  bool to_write = access == Access::write;
  Fd fd = get_object(place, to_write ? 0 : BPF_F_RDONLY);
  int code = errno;
  // A link cannot be had for reading only: bpf_obj_get_user() answers EINVAL (Linux 5.7 on).
  if (!fd && code == EINVAL && !to_write) {
    to_write = true;
    fd = get_object(place, 0);
    code = errno;
  }
  if (!fd) return fail(explain_refusal(code, place, path, to_write));
  const Noun noun = TRY(noun_of_fd(fd.get(), path));
  return Opened{std::move(fd), noun};
}

}  // namespace

Noun noun_of(const Pinned& pinned) { return static_cast<Noun>(pinned.index()); }

Result<Fd> open_pin_fd(const std::string& path, Access access, Noun expected) {
  Opened opened = TRY(open_object(path, access));
  if (opened.noun == expected) return std::move(opened.fd);
  return fail(Error{.kind = Kind::invalid,
                    .operation = std::string(kOpen),
                    .subject = path,
                    .context = "this is " + std::string(noun_word(opened.noun)) + ", not " +
                               std::string(noun_word(expected)),
                    .hint = "`bpfmaps " + std::string(noun_name(opened.noun)) + " show pinned " +
                            path + "` shows it"});
}

Result<Pinned> open_pin(const std::string& path) {
  Opened opened = TRY(open_object(path, Access::read));
  switch (opened.noun) {
    case Noun::map: return Pinned(TRY(adopt_map(std::move(opened.fd), path)));
    case Noun::prog: return Pinned(TRY(adopt_prog(std::move(opened.fd), path)));
    case Noun::link: break;
  }
  return Pinned(TRY(adopt_link(std::move(opened.fd), path)));
}

Result<Map> map_at(const std::string& path, Access access) {
  return adopt_map(TRY(open_pin_fd(path, access, Noun::map)), path);
}

Result<Prog> prog_at(const std::string& path) {
  return adopt_prog(TRY(open_pin_fd(path, Access::read, Noun::prog)), path);
}

Result<Link> link_at(const std::string& path) {
  return adopt_link(TRY(open_pin_fd(path, Access::read, Noun::link)), path);
}

Status pin(int fd, const std::string& path) {
  const std::string operation = "pin an object";
  const Entry entry = TRY(resolve_entry(path, operation));
  const int parent = entry.parent.fd.get();
  if (!lies_in_bpffs(parent)) return fail(outside_bpffs(operation, path));
  if (entry.name.find('.') != entry.name.npos) {
    return fail(Error{.kind = Kind::invalid,
                      .operation = operation,
                      .subject = path,
                      .context = "the kernel takes no pin whose name has a dot",
                      .hint = "write _ in its place, as libbpf does"});
  }
  if (bpf_obj_pin(fd, (path_of(parent) + "/" + entry.name).c_str()) == 0) return {};
  const int code = errno;
  Error error = Error::from_errno(code, operation, path);
  if (code == EACCES) {
    error.context = "directory " + description_of(parent) + " (" +
                    describe_access(entry.parent.status) + ") does not let you write into it";
  } else if (code == EEXIST) {
    error.context = "something is there already";
    error.hint = "`bpfmaps pin show " + path + "` says what";
  }
  return fail(std::move(error));
}

Status unpin(const std::string& path) {
  const std::string operation = "remove a pin";
  const Entry entry = TRY(resolve_entry(path, operation));
  const int parent = entry.parent.fd.get();
  if (!lies_in_bpffs(parent)) return fail(outside_bpffs(operation, path));
  if (unlinkat(parent, entry.name.c_str(), 0) == 0) return {};
  const int code = errno;
  Error error = Error::from_errno(code, operation, path);
  if (code == ENOENT) {
    error.hint = "`bpfmaps pin list " + description_of(parent) + "` shows what there is";
  } else if (code == EACCES) {
    error.context = "directory " + description_of(parent) + " (" +
                    describe_access(entry.parent.status) + ") does not let you write into it";
  }
  return fail(std::move(error));
}

Result<bool> is_in_bpffs(const std::string& path) {
  return lies_in_bpffs(TRY(resolve(path, "look at")).fd.get());
}

}  // namespace bpfmaps::kernel
