// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/replace.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/pin/pin.h"
#include "kernel/pin/pin_set.h"
#include "kernel/pin/slot.h"

namespace bpfmaps::kernel {
namespace {

constexpr const char* kOperation = "replace a pin";

}  // namespace

Status replace_pin(const Map& made, std::uint32_t old_id, const std::string& path) {
  const Slot slot = TRY(slot_at(path, kOperation));
  const auto place = TRY(resolve_in_bpffs(path, kOperation));
  const std::string beside =
      path.substr(0, path.rfind(slot.name)) + slot.name + "_new_" + std::to_string(getpid());
  PinSet pins;
  TRY(pins.add(made.fd(), beside));
  const Slot fresh = TRY(slot_at(beside, kOperation));
  const Identity identity{Noun::map, made.info().id, made.info().type, made.info().name};
  const ResolvedPath pin = TRY(just_pinned(fresh, identity, beside, kOperation));
  // By its descriptor: chmod() takes no O_PATH, but the name that /proc has for it.
  if (fchownat(pin.fd.get(), "", place.status.st_uid, place.status.st_gid, AT_EMPTY_PATH) != 0 ||
      chmod(path_of(pin.fd.get()).c_str(), place.status.st_mode & 07777) != 0) {
    const int code = errno;
    return fail(Error::from_errno(code, kOperation, path)
                    .because("the new pin cannot be given the owner and mode of the old one"));
  }
  const Map now = TRY(map_at(path, Access::read));
  if (now.info().id != old_id)
    return fail(Error::refused(Kind::exists, kOperation, path,
                               "another map has been pinned there meanwhile",
                               "nothing has changed: run the command again"));
  const int parent = slot.parent.fd.get();
  if (renameat2(parent, fresh.name.c_str(), parent, slot.name.c_str(), 0) != 0) {
    const int code = errno;
    return fail(explain_change(code, parent, path, kOperation));
  }
  pins.keep();
  return {};
}

}  // namespace bpfmaps::kernel
