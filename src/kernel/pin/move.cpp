// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/pin/pin.h"
#include "kernel/pin/pin_set.h"
#include "kernel/pin/slot.h"

namespace bpfmaps::kernel {
namespace {

constexpr const char* kOperation = "move a pin";

int fd_of(const Pinned& pinned) {
  return std::visit([](const auto& handle) { return handle.fd(); }, pinned);
}

Status keep_access(const Slot& to, const Identity& made, const std::string& path,
                   const struct stat& status) {
  const ResolvedPath pin = TRY(just_pinned(to, made, path, kOperation));
  // By its descriptor: chmod() takes no O_PATH, but the name that /proc has for it.
  if (fchownat(pin.fd.get(), "", status.st_uid, status.st_gid, AT_EMPTY_PATH) == 0 &&
      chmod(path_of(pin.fd.get()).c_str(), status.st_mode & 07777) == 0)
    return {};
  const int code = errno;
  return fail(Error::from_errno(code, kOperation, path)
                  .because("its owner and mode cannot be kept in another BPF file system"));
}

/// A rename cannot cross file systems: the object gets its new pin before it loses the old one.
Status move_across(const std::string& from, const std::string& to, const Slot& target) {
  const auto place = TRY(resolve_in_bpffs(from, kOperation));
  if (place.is_directory()) {
    return fail(Error::refused(Kind::invalid, kOperation, from,
                               "this is a directory, and " + to + " lies in another file system",
                               "move the pins in it one by one"));
  }
  PinSet pins;
  const Pinned pinned = TRY(open_pin(from));
  const Identity object = TRY(identify(fd_of(pinned), noun_of(pinned), from));
  TRY(pins.add(fd_of(pinned), to));
  TRY(keep_access(target, object, to, place.status));
  TRY(unpin(from));
  pins.keep();
  return {};
}

}  // namespace

Status move_pin(const std::string& from, const std::string& to) {
  const Slot source = TRY(slot_at(from, kOperation));
  const Slot target = TRY(slot_to_fill(to, kOperation));
  const int old_parent = source.parent.fd.get(), new_parent = target.parent.fd.get();
  if (renameat2(old_parent, source.name.c_str(), new_parent, target.name.c_str(),
                RENAME_NOREPLACE) == 0)
    return {};
  const int code = errno;
  switch (code) {
    case EXDEV: return move_across(from, to, target);
    case EEXIST: return fail(explain_change(code, new_parent, to, kOperation));
    case EINVAL:
      return fail(Error::from_errno(code, kOperation, from)
                      .because("a directory cannot be moved into itself")
                      .as(Kind::invalid));
    default: break;
  }
  // Either directory may forbid it; the old one is asked first.
  const bool may_leave = faccessat(old_parent, ".", W_OK | X_OK, AT_EACCESS) == 0;
  return fail(code == EACCES && may_leave ? explain_change(code, new_parent, to, kOperation)
                                          : explain_change(code, old_parent, from, kOperation));
}

}  // namespace bpfmaps::kernel
