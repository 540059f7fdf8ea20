// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/slot.h"

#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "kernel/pin/obj_get.h"
#include "kernel/pin/want_of_proc.h"

namespace bpfmaps::kernel {

namespace {

/// What stands behind the last slash of `path` that is not its end; "" where there is nothing.
std::string last_component(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/') + 1;  // 0 where there is nothing else
  const std::size_t begin = path.substr(0, end).find_last_of('/') + 1;
  return path.substr(begin, end - begin);
}

bool is_pin_of(const ResolvedPath& place, const Identity& made, const std::string& path) {
  if (!S_ISREG(place.status.st_mode) || place.status.st_nlink != 1) return false;
  if (!lies_in_bpffs(place.fd.get()).value_or(false)) return false;
  const auto object = get_object(place, path, Access::read);
  if (!object || object->noun != made.noun) return false;
  const auto found = identify(object->fd.get(), object->noun, path);
  return found && found->id == made.id;
}

}  // namespace

Result<Slot> slot_at(const std::string& path, const std::string& operation) {
  std::string name = last_component(path);
  if (name.empty() || name == "." || name == "..")
    return fail(Error::refused(Kind::invalid, operation, path, "this is no name of a pin"));
  const std::string parent = path.substr(0, path.rfind(name));
  auto place = resolve(parent.empty() ? "." : parent, operation);
  if (!place) {  // it is about the pin, not about the directory that it should lie in
    place.error().subject = path;
    return fail(std::move(place).error());
  }
  Slot slot{*std::move(place), std::move(name)};
  if (TRY(lies_in_bpffs(slot.parent.fd.get()))) return slot;
  return fail(
      Error::refused(Kind::invalid, operation, path,
                     description_of(slot.parent.fd.get()) + " does not lie in a BPF file system",
                     "`bpfmaps pin list` shows where one is mounted; `bpfmaps pin mount DIR` "
                     "mounts one"));
}

Result<Slot> slot_to_fill(const std::string& path, const std::string& operation) {
  Slot slot = TRY(slot_at(path, operation));
  if (slot.name.find('.') == slot.name.npos) return slot;
  return fail(Error::refused(Kind::invalid, operation, path,
                             "the kernel takes no name with a dot in a BPF file system",
                             "write _ in its place, as libbpf does"));
}

Result<ResolvedPath> just_pinned(const Slot& slot, const Identity& made, const std::string& path,
                                 const std::string& operation) {
  const int parent = slot.parent.fd.get();
  ResolvedPath place{Fd(openat(parent, slot.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC))};
  const int code = errno;
  if (place.fd && fstat(place.fd.get(), &place.status) == 0 && is_pin_of(place, made, path))
    return place;
  if (!place.fd && code != ENOENT) return fail(Error::from_errno(code, operation, path));
  return fail(Error::refused(
      Kind::permission, operation, path,
      "somebody who may write to " + description_of(parent) + " has replaced the new pin meanwhile",
      "nothing has been moved: choose a directory that is yours alone"));
}

Error explain_change(int code, int parent, const std::string& path, std::string operation) {
  const std::string name = last_component(path);
  struct stat status {};
  // bpf_lookup() answers EPERM to a name with a dot, unless the kernel itself put it there.
  const bool dotted = code == EPERM && name.find('.') != name.npos;
  if (dotted && fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) code = ENOENT;
  Error error = Error::from_errno(code, std::move(operation), path);
  const std::string directory = description_of(parent);
  fstat(parent, &status);
  if (code == EACCES) {
    error.context =
        "directory " + directory + " (" + describe_access(status) + ") does not let you change it";
  } else if (code == EPERM && dotted) {
    error.context = "the kernel put it there and keeps it";
  } else if (code == EPERM && (status.st_mode & S_ISVTX) != 0) {
    error.context = "directory " + directory + " (" + describe_access(status) +
                    ") lets only its owner remove it";
  } else if (code == EEXIST) {
    error.context = "something is there already";
    error.hint = "`bpfmaps pin show " + shell_word(path) + "` says what";
  } else if (code == ENOENT && !is_for_want_of_proc(error)) {
    error.context = "there is no such pin in " + directory;
    error.hint = "`bpfmaps pin list " + shell_word(directory) + "` shows what there is";
  } else if (code == EISDIR) {
    error.kind = Kind::invalid;
    error.context = "this is a directory";
    error.hint = "`bpfmaps pin rm -r " + shell_word(path) + "` removes it with all that is in it";
  }
  return error;
}

}  // namespace bpfmaps::kernel
