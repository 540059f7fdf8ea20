// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/pin.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "kernel/pin/obj_get.h"
#include "kernel/pin/slot.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::string_view kOpen = "open pin";

Status remove(const std::string& path, const std::string& operation, int flags) {
  const Slot slot = TRY(slot_at(path, operation));
  if (unlinkat(slot.parent.fd.get(), slot.name.c_str(), flags) == 0) return {};
  const int code = errno;
  return fail(explain_change(code, slot.parent.fd.get(), path, operation));
}

}  // namespace

Noun noun_of(const Pinned& pinned) { return static_cast<Noun>(pinned.index()); }

Result<Fd> open_pin_fd(const std::string& path, Access access, Noun expected) {
  const ResolvedPath place = TRY(resolve_in_bpffs(path, kOpen));
  Object object = TRY(get_object(place, path, access));
  if (object.noun == expected) return std::move(object.fd);
  return fail(Error::refused(Kind::invalid, std::string(kOpen), path,
                             "this is " + std::string(noun_phrase(object.noun)) + ", not " +
                                 std::string(noun_phrase(expected)),
                             "`bpfmaps " + std::string(noun_name(object.noun)) + " show pinned " +
                                 shell_word(path) + "` shows it"));
}

Result<Pinned> open_pin(const std::string& path) {
  const ResolvedPath place = TRY(resolve_in_bpffs(path, kOpen));
  Object object = TRY(get_object(place, path, Access::read));
  switch (object.noun) {
    case Noun::map: return Pinned(TRY(adopt_map(std::move(object.fd), path)));
    case Noun::prog: return Pinned(TRY(adopt_prog(std::move(object.fd), path)));
    case Noun::link: break;
  }
  return Pinned(TRY(adopt_link(std::move(object.fd), path)));
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
  const Slot slot = TRY(slot_to_fill(path, operation));
  const std::string target = path_of(slot.parent.fd.get()) + "/" + slot.name;
  if (bpf_obj_pin(fd, target.c_str()) == 0) return {};
  const int code = errno;
  return fail(explain_change(code, slot.parent.fd.get(), path, operation));
}

Status unpin(const std::string& path) { return remove(path, "remove a pin", 0); }

Status make_directory(const std::string& path) {
  const std::string operation = "make a directory";
  const Slot slot = TRY(slot_to_fill(path, operation));
  if (mkdirat(slot.parent.fd.get(), slot.name.c_str(), 0700) == 0) return {};
  const int code = errno;
  return fail(explain_change(code, slot.parent.fd.get(), path, operation));
}

Status remove_directory(const std::string& path) {
  return remove(path, "remove a directory", AT_REMOVEDIR);
}

Result<bool> is_in_bpffs(const std::string& path) {
  return lies_in_bpffs(TRY(resolve(path, "look at")).fd.get());
}

}  // namespace bpfmaps::kernel
