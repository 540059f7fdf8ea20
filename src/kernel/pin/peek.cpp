// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/peek.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/pin/obj_get.h"
#include "kernel/pin/resolve.h"
#include "kernel/uapi.h"

namespace bpfmaps::kernel {
namespace {

/// BPF_OBJ_GET with a path that begins in a directory: libbpf 1.1 does not know that.
int obj_get_in(int directory, const char* name, std::uint32_t flags) {
  struct {
    std::uint64_t path;
    std::uint32_t fd, flags;
    std::int32_t directory;
    std::uint32_t padding;
  } what{reinterpret_cast<std::uintptr_t>(name), 0, flags | kPathFd, directory, 0};
  return static_cast<int>(syscall(SYS_bpf, BPF_OBJ_GET, &what, sizeof what));
}

/// Room for what the kernel tells of an object of any kind. Each begins with type and id.
struct Info {
  std::uint32_t type = 0, id = 0;
  unsigned char more[504] = {};
};

}  // namespace

Fd PinPeek::open(int directory, const std::string& name, std::uint32_t flags) {
  // A kernel that knows the flag looks at the path next, and finds none.
  if (!takes_directories_)
    takes_directories_ = obj_get_in(directory, nullptr, 0) < 0 && errno == EFAULT;
  if (*takes_directories_) return Fd(obj_get_in(directory, name.c_str(), flags));
  struct bpf_obj_get_opts options {};
  options.sz = sizeof options;
  options.file_flags = flags;
  const std::string path = name.starts_with('/') ? name : path_of(directory) + "/" + name;
  return Fd(bpf_obj_get_opts(path.c_str(), &options));
}

std::optional<Noun> PinPeek::noun_of(int fd, std::uint32_t info_size) {
  for (auto& [size, noun] : sizes_) {
    if (size == info_size) return noun;
    if (size != 0) continue;
    const auto told = noun_behind(fd, "");
    if (!told) return std::nullopt;
    size = info_size;
    return noun = *told;
  }
  const auto told = noun_behind(fd, "");
  return told ? std::optional(*told) : std::nullopt;
}

PinPeek::Answer PinPeek::look(int directory, const std::string& name,
                              std::optional<std::uint32_t> only) {
  const bool links = has(wanted_, Noun::link);
  Fd fd = open(directory, name, BPF_F_RDONLY);
  // Links cannot be had for reading only, which tells them from the rest: bpf_obj_get_user()
  // answers EINVAL (Linux 5.7 on).
  const bool is_link = !fd && errno == EINVAL;
  if (is_link && !links) return {Saw::other};
  if (fd && wanted_ == nouns({Noun::link})) return {Saw::other};
  if (is_link) fd = open(directory, name, 0);
  if (!fd) return {Saw::nothing};
  Info info;
  std::uint32_t size = sizeof info;
  if (bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0) return {Saw::nothing};
  if (only && info.id != *only) return {Saw::other};
  const auto noun = is_link ? Noun::link : noun_of(fd.get(), size);
  if (!noun) return {Saw::nothing};
  return {has(wanted_, *noun) ? Saw::wanted : Saw::other, *noun, info.id};
}

}  // namespace bpfmaps::kernel
