// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/index.h"

#include <fcntl.h>
#include <linux/bpf.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "kernel/pin/mounts.h"
#include "kernel/pin/peek.h"
#include "kernel/pin/pin.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::kernel {
namespace {

// What looking for the pins of one object may cost, beside those that are likely to be its own.
constexpr std::size_t kMostNames = 256;
constexpr std::size_t kMostOthers = 12;

/// Adds what is no file, and files that `range.file` could not look at.
void walk_all(PinIndex& index, Nouns nouns, const WalkRange& range) {
  const VisitPin visit = [&](const PinEntry& entry, WalkStep step) {
    if (step == WalkStep::left && entry.failed()) return index.note(entry.error);
    if (step == WalkStep::left) return;
    if (entry.is != PinEntry::Is::pin || has(nouns, entry.object.noun)) index.add(entry);
  };
  const auto roots = bpffs_mounts();
  if (!roots) index.note(roots.error());
  for (const std::string& root : roots.value_or(std::vector<std::string>())) {
    const Status walked = walk_pins(root, visit, range);
    // A mount that went away since it was listed holds no pins any more.
    if (!walked && walked.error().kind != Kind::not_found) index.note(walked.error());
  }
}

/// Looks for the pins of one object.
class Search {
 public:
  explicit Search(const PinSearch& search)
      : search_(search), peek_(nouns({search.noun})), known_name_(last_part(search.path)) {}

  PinIndex run() && {
    const WalkRange range{
        .file = [this](int directory, const std::string& name,
                       const std::string& path) { return met(directory, name, path); },
        .names_left = search_.all ? nullptr : &names_left_};
    walk_all(index_, nouns({search_.noun}), range);
    for (const std::string& path : others_)
      if (!look(AT_FDCWD, path, path)) note_why(path);
    if (names_left_ == 0) add_known_path();
    if (names_left_ == 0 || passed_over_)
      index_.note(Error::refused(Kind::incomplete, "look for pins", "pins",
                                 "there are many, and not all were opened: --bpffs (-f) does so"));
    index_.sort();
    return std::move(index_);
  }

 private:
  static std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  bool met(int directory, const std::string& name, const std::string& path) {
    if (search_.all || is_likely(name)) return look(directory, name, path);
    if (name.find('.') != name.npos) return true;  // the kernel's own
    if (others_.size() < kMostOthers)
      others_.push_back(path);
    else
      passed_over_ = true;
    return true;
  }

  bool is_likely(const std::string& name) const {
    if (name == known_name_) return true;
    const bool is_cut = search_.name.size() == BPF_OBJ_NAME_LEN - 1;
    return is_cut ? name.starts_with(search_.name) : name == search_.name;
  }

  void note_why(const std::string& path) {
    const auto opened = open_pin(path);
    if (opened || opened.error().kind == Kind::not_found) return;
    index_.note(opened.error());
  }

  bool look(int directory, const std::string& name, const std::string& path) {
    const PinPeek::Answer answer = peek_.look(directory, name, search_.id);
    if (answer.saw == PinPeek::Saw::wanted) index_.add(answer.noun, answer.id, path);
    return answer.saw != PinPeek::Saw::nothing;
  }

  /// The search ended before it came to the path that is known.
  void add_known_path() {
    if (search_.path.empty()) return;
    const auto place = resolve_in_bpffs(search_.path, "look for pins");
    if (!place) return;
    const auto path = file_behind(place->fd.get());
    if (path && std::ranges::count(index_.of(search_.noun, search_.id), *path) == 0)
      look(AT_FDCWD, *path, *path);
  }

  const PinSearch& search_;
  PinIndex index_;
  PinPeek peek_;
  const std::string known_name_;
  std::vector<std::string> others_;
  std::size_t names_left_ = kMostNames;
  bool passed_over_ = false;
};

}  // namespace

PinIndex PinIndex::left_out() {
  PinIndex index;
  index.is_left_out_ = true;
  return index;
}

const std::vector<std::string>& PinIndex::of(Noun noun, std::uint32_t id) const {
  static const std::vector<std::string> kNone;
  const auto found = paths_.find({noun, id});
  return found == paths_.end() ? kNone : found->second;
}

void PinIndex::add(const PinEntry& entry) {
  if (entry.is == PinEntry::Is::pin) return add(entry.object.noun, entry.object.id, entry.path);
  // What is mounted in a bpffs is no pin of it. Names with a dot are the kernel's own.
  if (entry.depth > 0 && entry.name().find('.') != std::string::npos) return;
  const bool hides_pins =
      entry.is == PinEntry::Is::directory || entry.is == PinEntry::Is::unreadable;
  if (hides_pins && entry.failed() && entry.error.kind != Kind::unsupported) note(entry.error);
}

void PinIndex::sort() {
  for (auto& [object, paths] : paths_) std::ranges::sort(paths);
}

PinIndex all_pins(Nouns nouns) {
  PinIndex index;
  PinPeek peek(nouns);
  walk_all(index, nouns,
           {.file = [&](int directory, const std::string& name, const std::string& path) {
             const PinPeek::Answer answer = peek.look(directory, name);
             if (answer.saw == PinPeek::Saw::wanted) index.add(answer.noun, answer.id, path);
             return answer.saw != PinPeek::Saw::nothing;
           }});
  index.sort();
  return index;
}

PinIndex pins_of(const PinSearch& search) { return Search(search).run(); }

}  // namespace bpfmaps::kernel
