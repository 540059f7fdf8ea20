// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/remove.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/text.h"
#include "kernel/pin/slot.h"

namespace bpfmaps::kernel {
namespace {

constexpr const char* kOperation = "remove a pin";

/// Whether `path` is no name in a bpffs but the root of one.
bool is_mounted_bpffs(const std::string& path) {
  const auto place = resolve_in_bpffs(path, kOperation);
  struct statx status {};
  return place && statx(place->fd.get(), "", AT_EMPTY_PATH, 0, &status) == 0 &&
         (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

Error refuse_mount(const std::string& path) {
  return Error::refused(Kind::invalid, kOperation, path,
                        "this is where a BPF file system is mounted",
                        "what is in it can be removed by its own name: `bpfmaps pin list " +
                            shell_word(path) + "` shows it");
}

class Remover {
 public:
  Remover(const Removal& removal, const Removed& removed) : removal_(removal), removed_(removed) {}

  void meet(const PinEntry& entry) {
    if (entry.is == PinEntry::Is::directory) {
      stays_.push_back(false);
    } else if (entry.is == PinEntry::Is::mount_point || entry.status.st_mode == 0) {
      refuse(entry, entry.error);  // nor is it known what it is without a mode
    } else if (const auto wanted = removal_.wants(entry); !wanted) {
      refuse(entry, wanted.error());
    } else if (*wanted) {
      remove(entry, 0);
    } else {
      something_stays();
    }
  }

  void leave(const PinEntry& directory) {
    const bool empty = !stays_.back();
    stays_.pop_back();
    if (directory.failed()) return refuse(directory, directory.error);
    empty ? remove(directory, AT_REMOVEDIR) : something_stays();
  }

 private:
  void remove(const PinEntry& entry, int flags) {
    if (removal_.dry || unlinkat(entry.parent, entry.name().c_str(), flags) == 0)
      return removed_(entry, {});
    const int code = errno;
    refuse(entry, explain_change(code, entry.parent, entry.path, kOperation));
  }

  void refuse(const PinEntry& entry, Error error) {
    something_stays();
    removed_(entry, fail(std::move(error)));
  }

  /// The directory around it cannot go then.
  void something_stays() {
    if (!stays_.empty()) stays_.back() = true;
  }

  const Removal& removal_;
  const Removed& removed_;
  std::vector<bool> stays_;  // for each directory that the walk is in
};

}  // namespace

Status remove_pins(const std::string& path, const Removal& removal, const Removed& removed) {
  const auto slot = slot_at(path, kOperation);
  if (!slot) return fail(is_mounted_bpffs(path) ? refuse_mount(path) : slot.error());
  const int parent = slot->parent.fd.get();
  struct stat status {};
  const int failed = fstatat(parent, slot->name.c_str(), &status, AT_SYMLINK_NOFOLLOW);
  const int code = failed != 0 ? errno : S_ISDIR(status.st_mode) && !removal.recursive ? EISDIR : 0;
  if (code != 0) return fail(explain_change(code, parent, path, kOperation));
  Remover remover(removal, removed);
  walk_slot(*slot, path.substr(0, path.find_last_not_of('/') + 1),
            {.meet = [&](const PinEntry& entry) { remover.meet(entry); },
             .leave = [&](const PinEntry& entry) { remover.leave(entry); }});
  return {};
}

}  // namespace bpfmaps::kernel
