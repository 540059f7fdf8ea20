// SPDX-License-Identifier: BSD-2-Clause
// Walking a tree of pins. One that cannot be opened, or that vanishes meanwhile, is an entry that
// says so and never the end of the walk.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/handle.h"
#include "kernel/pin/slot.h"

namespace bpfmaps::kernel {

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
  struct stat status = {};
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

/// What is called for each entry: `meet` when it is met, `leave` when all that is in a directory
/// has been met, with an error where that came to an end before. `wants` is asked before an entry
/// is opened, when only its path is known, and `enters` before a directory is read.
struct PinVisitor {
  std::function<void(const PinEntry&)> meet;
  std::function<void(const PinEntry&)> leave = [](const PinEntry&) {};
  std::function<bool(const PinEntry&)> wants = [](const PinEntry&) { return true; };
  std::function<bool(const PinEntry&)> enters = [](const PinEntry&) { return true; };
};

/// Walks what lies at `path` in a bpffs, itself first, the rest sorted by name, a directory before
/// what is in it. Nothing is followed: no symbolic link, no mount point, no directory that was
/// exchanged for something else meanwhile. A few descriptors are open at a time, however deep the
/// tree is. The error is about `path` itself.
Status walk_pins(const std::string& path, const PinVisitor& visitor);

/// The same from what stands at `slot`, be it a symbolic link; nothing where it is empty. `path`
/// is how its entry is called.
void walk_slot(const Slot& slot, const std::string& path, const PinVisitor& visitor);

/// The paths under which objects are pinned.
class PinIndex {
 public:
  /// Those of one object; none where it has no pin, or none that could be found.
  const std::vector<std::string>& of(Noun noun, std::uint32_t id) const;
  /// Calls `visit` with the noun and id of each object, and its paths.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const auto& [object, paths] : paths_) visit(object.first, object.second, paths);
  }
  /// Why there may be more of them: the first pin or directory that could not be opened.
  const std::optional<Error>& gap() const { return gap_; }

  void add(const PinEntry& entry);
  void note(Error error) {
    if (!gap_) gap_ = std::move(error);
  }

 private:
  std::map<std::pair<Noun, std::uint32_t>, std::vector<std::string>> paths_;
  std::optional<Error> gap_;
};

/// Every pin in every bpffs that can be reached.
PinIndex all_pins();

}  // namespace bpfmaps::kernel
