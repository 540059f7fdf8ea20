// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/remove.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <set>
#include <utility>

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

/// The path without the slashes behind it.
std::string entry_path(const std::string& path) {
  return path.substr(0, path.find_last_not_of('/') + 1);
}

/// Collects what is to be removed.
class Planner {
 public:
  Planner(const RemovalOptions& options, RemovalPlan& plan) : options_(options), plan_(plan) {}

  void visit(const PinEntry& entry, WalkStep step) {
    if (step == WalkStep::left) return leave(entry);
    if (entry.is == PinEntry::Is::directory) {
      stays_.push_back(false);
    } else if (entry.is == PinEntry::Is::mount_point || entry.status.st_mode == 0) {
      keep(entry, entry.error);  // nor is it known what it is without a mode
    } else if (const auto wanted = options_.wants(entry); !wanted) {
      keep(entry, wanted.error());
    } else if (*wanted) {
      add(entry);
    } else {
      something_stays();
    }
  }

 private:
  void leave(const PinEntry& directory) {
    const bool empty = !stays_.back();
    stays_.pop_back();
    if (directory.failed()) return keep(directory, directory.error);
    empty ? add(directory) : something_stays();
  }

  void add(const PinEntry& entry, Status result = {}) {
    plan_.removals.push_back({entry, std::move(result)});
    plan_.removals.back().entry.parent = -1;  // valid during the walk only
  }

  void keep(const PinEntry& entry, Error why) {
    something_stays();
    add(entry, fail(std::move(why)));
  }

  /// The directory around it cannot go then.
  void something_stays() {
    if (!stays_.empty()) stays_.back() = true;
  }

  const RemovalOptions& options_;
  RemovalPlan& plan_;
  std::vector<bool> stays_;  // for each directory that the walk is in
};

/// Walks the same tree again, since only the walk has the descriptors of directories: names alone
/// could lead elsewhere by now.
class Remover {
 public:
  explicit Remover(RemovalPlan& plan) {
    for (Removal& removal : plan.removals)
      if (removal.result) due_.emplace(removal.entry.path, &removal);
  }

  void visit(const PinEntry& entry, WalkStep step) {
    const bool is_directory = entry.is == PinEntry::Is::directory;
    if (is_directory && step == WalkStep::met) return failed_.push_back(false);
    bool failed_below = false;
    if (is_directory) {
      failed_below = failed_.back();
      failed_.pop_back();
    }
    const auto found = due_.find(entry.path);
    if (found == due_.end()) return failed_below ? something_stays() : void();
    Removal& removal = *found->second;
    if (failed_below) return something_stays();  // and the removal is never done
    due_.erase(found);
    removal.result = remove(entry, removal.entry);
    if (!removal.result) something_stays();
  }

  /// Those that nothing was done about.
  const std::map<std::string, Removal*>& due() const { return due_; }

 private:
  static Status remove(const PinEntry& entry, const PinEntry& planned) {
    const bool same = entry.status.st_dev == planned.status.st_dev &&
                      entry.status.st_ino == planned.status.st_ino;
    if (!same)
      return fail(Error::refused(Kind::incomplete, kOperation, entry.path,
                                 "something else has taken its place meanwhile"));
    const int flags = entry.is == PinEntry::Is::directory ? AT_REMOVEDIR : 0;
    if (unlinkat(entry.parent, entry.name().c_str(), flags) == 0) return {};
    const int code = errno;
    return fail(explain_change(code, entry.parent, entry.path, kOperation));
  }

  void something_stays() {
    if (!failed_.empty()) failed_.back() = true;
  }

  std::map<std::string, Removal*> due_;
  std::vector<bool> failed_;  // for each directory that the walk is in: whether something stays
};

}  // namespace

Result<RemovalPlan> plan_removal(const std::string& path, const RemovalOptions& options) {
  const auto slot = slot_at(path, kOperation);
  if (!slot) return fail(is_mounted_bpffs(path) ? refuse_mount(path) : slot.error());
  const int parent = slot->parent.fd.get();
  struct stat status {};
  const int failed = fstatat(parent, slot->name.c_str(), &status, AT_SYMLINK_NOFOLLOW);
  const int code = failed != 0 ? errno : S_ISDIR(status.st_mode) && !options.recursive ? EISDIR : 0;
  if (code != 0) return fail(explain_change(code, parent, path, kOperation));
  RemovalPlan plan{.path = path, .removals = {}};
  Planner planner(options, plan);
  walk_slot(*slot, entry_path(path),
            [&](const PinEntry& entry, WalkStep step) { planner.visit(entry, step); });
  return plan;
}

void carry_out(RemovalPlan& plan) {
  Remover remover(plan);
  if (const auto slot = slot_at(plan.path, kOperation)) {
    walk_slot(*slot, entry_path(plan.path),
              [&](const PinEntry& entry, WalkStep step) { remover.visit(entry, step); });
  }
  std::set<const Removal*> never;
  for (const auto& [path, removal] : remover.due()) {
    if (removal->entry.is == PinEntry::Is::directory)
      never.insert(removal);
    else
      removal->result = fail(Error::from_errno(ENOENT, kOperation, path));
  }
  std::erase_if(plan.removals, [&](const Removal& one) { return never.contains(&one); });
}

}  // namespace bpfmaps::kernel
