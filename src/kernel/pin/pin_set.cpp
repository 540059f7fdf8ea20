// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/pin_set.h"

#include <cerrno>
#include <climits>
#include <utility>

#include "kernel/pin/pin.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::kernel {

namespace {

constexpr std::size_t kMostMade = 64;  // nobody means to make more, one in the other

Error refused(const std::string& path, std::string why) {
  return Error::refused(Kind::invalid, "make a directory", path, std::move(why));
}

/// Removes the pin at `path` if it is the one of that number.
Status remove_own(const std::string& path, ino_t inode) {
  const ResolvedPath place = TRY(resolve(path, "remove a pin"));
  return place.status.st_ino == inode ? unpin(path) : Status();
}

}  // namespace

// Not in the header: clang 14 with -O3 leaves it out of files that call it behind a TRY().
PinSet::~PinSet() { take_back(); }

void PinSet::take_back() {
  // What cannot be taken back was changed by somebody else meanwhile, and is theirs now.
  for (auto made = made_.rbegin(); made != made_.rend(); ++made)
    (void)(made->is_directory ? remove_directory(made->path) : remove_own(made->path, made->inode));
  keep();
}

Status PinSet::need_directory(const std::string& path) {
  constexpr int kMostTries = 100;  // each is lost to others that make and remove directories there
  for (int tries = 1;; ++tries) {
    Status made = make_missing(path);
    if (made || made.error().kind != Kind::exists || tries == kMostTries) return made;
  }
}

Status PinSet::make_missing(const std::string& path) {
  if (path.size() >= PATH_MAX)
    return fail(Error::from_errno(ENAMETOOLONG, "make a directory", path));
  std::vector<std::string> missing;
  for (std::string above = path;; above = parent_of(above)) {
    const auto place = resolve(above, "make a directory");
    if (place && place->is_directory()) break;  // pin() says so where it is in no bpffs
    if (place) return fail(refused(above, "this is a pin or a file, not a directory"));
    if (place.error().kind != Kind::not_found || above == parent_of(above))
      return fail(place.error());
    if (missing.size() == kMostMade)
      return fail(refused(path, "more than " + std::to_string(kMostMade) +
                                    " directories would have to be made for it"));
    missing.push_back(above);
  }
  if (!missing.empty()) hold();
  while (!missing.empty()) {
    TRY(make_directory(missing.back()));
    made_.push_back({std::move(missing.back()), true});
    missing.pop_back();
  }
  return {};
}

void PinSet::hold() {
  if (!held_) held_.emplace();
}

Status PinSet::add(int fd, const std::string& path) {
  hold();
  TRY(pin(fd, path));
  const auto place = resolve(path, "pin an object");
  made_.push_back({path, false, place ? place->status.st_ino : 0});
  return {};
}

void PinSet::leave(const std::string& path) {
  std::erase_if(made_, [&path](const Made& made) { return made.path == path; });
}

void PinSet::keep() {
  made_.clear();
  held_.reset();
}

std::string parent_of(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/');
  const std::size_t slash = path.find_last_of('/', end);
  if (end == path.npos) return "/";
  if (slash == path.npos) return ".";
  const std::size_t parent = path.find_last_not_of('/', slash);
  return parent == path.npos ? "/" : path.substr(0, parent + 1);
}

}  // namespace bpfmaps::kernel
