// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/pin_set.h"

#include "kernel/pin/pin.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::kernel {

PinSet::~PinSet() {
  // What cannot be taken back was changed by somebody else meanwhile, and is theirs now.
  for (auto made = made_.rbegin(); made != made_.rend(); ++made)
    (void)(made->is_directory ? remove_directory(made->path) : unpin(made->path));
}

Status PinSet::need_directory(const std::string& path) {
  const auto place = resolve(path, "make a directory");
  if (!place) {
    if (place.error().kind != Kind::not_found) return fail(place.error());
    TRY(need_directory(parent_of(path)));
    const Status made = make_directory(path);
    if (made) made_.push_back({path, true});
    // Another process may have made it meanwhile.
    return made || made.error().kind != Kind::exists ? made : need_directory(path);
  }
  if (place->is_directory()) return {};  // pin() says so where it is in no bpffs
  return fail(Error::refused(Kind::invalid, "make a directory", path,
                             "this is a pin or a file, not a directory"));
}

Status PinSet::add(int fd, const std::string& path) {
  TRY(pin(fd, path));
  made_.push_back({path, false});
  return {};
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
