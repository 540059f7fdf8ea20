// SPDX-License-Identifier: BSD-2-Clause
// Walking a tree of pins. One that cannot be opened, or that vanishes meanwhile, is an entry that
// says so and never the end of the walk.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "kernel/handle.h"
#include "kernel/pin/slot.h"

namespace bpfmaps::kernel {

/// What is kept of `struct stat`: there may be many entries.
struct FileIdentity {
  FileIdentity() = default;
  explicit FileIdentity(const struct stat& of)
      : st_dev(of.st_dev),
        st_ino(of.st_ino),
        st_mode(of.st_mode),
        st_uid(of.st_uid),
        st_gid(of.st_gid) {}

  dev_t st_dev = 0;
  ino_t st_ino = 0;
  mode_t st_mode = 0;  ///< 0 where it could not be looked at
  uid_t st_uid = 0;
  gid_t st_gid = 0;
};

/// What a walk meets. Files carry their owner and mode whatever they are.
struct PinEntry {
  enum class Is : std::uint8_t {
    pin,          ///< `object` says of what
    directory,    ///< `error` is set where it cannot be read
    symlink,      ///< never followed; `target` says where it leads
    mount_point,  ///< something else is mounted there: not entered
    unreadable,   ///< `error` says why
  };
  Is is = Is::unreadable;
  std::string path;
  unsigned depth = 0;  ///< 0 for the start of the walk, 1 for what is in it
  FileIdentity status = {};
  Identity object = {};
  std::string target = {};
  Error error = {};
  /// O_PATH descriptor of the directory it lies in, during the call. -1 at depth 0, and where that
  /// directory could not be opened again: then it has an error.
  int parent = -1;

  bool failed() const { return !error.operation.empty(); }
  bool is_pin_of(Noun noun) const { return is == Is::pin && object.noun == noun; }
  /// The last component of `path`.
  std::string name() const { return path.substr(path.rfind('/') + 1); }
};

enum class WalkStep : std::uint8_t {
  met,   ///< each entry, a directory before what is in it
  left,  ///< a directory, once all that is in it has been met; with an error where that ended early
};
using VisitPin = std::function<void(const PinEntry&, WalkStep)>;

/// Which entries a walk opens.
struct WalkRange {
  bool deep = true;         ///< directories below the start are read, too
  std::string prefix = {};  ///< what the names below the start begin with
  /// Where set, called for each file in a directory (O_PATH) before it is looked at. Files for
  /// which it returns true are not met, and names come as the kernel has them, unsorted.
  std::function<bool(int directory, const std::string& name, const std::string& path)> file = {};
  /// Where set, how many more names may be read: at 0 the walk goes on with what it has read.
  std::size_t* names_left = nullptr;
};

/// Walks what lies at `path` in a bpffs, itself first, the rest sorted by name. Nothing is
/// followed: no symbolic link, no mount point, no directory that was exchanged for something else
/// meanwhile. A few descriptors are open at a time, however deep the tree is. The error is about
/// `path` itself.
Status walk_pins(const std::string& path, const VisitPin& visit, const WalkRange& range = {});

/// The same from what stands at `slot`, be it a symbolic link; nothing where it is empty. `path`
/// is how its entry is called.
void walk_slot(const Slot& slot, const std::string& path, const VisitPin& visit);

}  // namespace bpfmaps::kernel
