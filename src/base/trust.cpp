// SPDX-License-Identifier: BSD-2-Clause
#include "base/trust.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <vector>

namespace bpfmaps {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOperation = "run a part of the program";

/// `path` without symbolic links, then the folders above it, up to the root.
Result<std::vector<fs::path>> way_to(const std::string& path) {
  std::error_code error;
  fs::path at = fs::canonical(path, error);
  if (error) return fail(Error::from_errno(error.value(), kOperation, path));
  std::vector<fs::path> way = {at};
  for (; at != at.root_path(); way.push_back(at)) at = at.parent_path();
  return way;
}

Result<struct stat> status_of(const fs::path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0) return status;
  const int code = errno;
  return fail(Error::from_errno(code, kOperation, path));
}

class Trust {
 public:
  static Result<Trust> in(const std::string& program) {
    Trust trust;
    const std::vector<fs::path> way = TRY(way_to(program));
    for (const fs::path& at : way) {
      const struct stat status = TRY(status_of(at));
      if (at == way.front()) trust.owner_ = status.st_uid;
      if (at == way.front() && (status.st_mode & S_IWGRP) != 0) trust.group_ = status.st_gid;
      const bool is_sticky = (status.st_mode & S_ISVTX) != 0;
      if ((status.st_mode & S_IWGRP) != 0 && !is_sticky)
        trust.groups_above_.push_back(status.st_gid);
    }
    return trust;
  }

  /// Who else may change what `status` is of; "" where nobody may. `above`: it is a folder above
  /// that of the file.
  std::string other_writer(const struct stat& status, bool above) const {
    if (status.st_uid != 0 && status.st_uid != geteuid() && status.st_uid != owner_)
      return "uid " + std::to_string(status.st_uid) + ", its owner";
    if (above && (status.st_mode & S_ISVTX) != 0) return "";
    if ((status.st_mode & S_IWOTH) != 0) return "anyone";
    const bool group_is_trusted =
        status.st_gid == group_ ||
        (above && std::ranges::find(groups_above_, status.st_gid) != groups_above_.end());
    if ((status.st_mode & S_IWGRP) != 0 && !group_is_trusted)
      return "group " + std::to_string(status.st_gid);
    return "";
  }

 private:
  uid_t owner_ = 0;
  gid_t group_ = static_cast<gid_t>(-1);  // none
  std::vector<gid_t> groups_above_;
};

}  // namespace

Status check_trusted(const std::string& file, const std::string& program) {
  const Trust trust = TRY(Trust::in(program));
  const std::vector<fs::path> way = TRY(way_to(file));
  for (std::size_t i = 0; i < way.size(); ++i) {
    const std::string other = trust.other_writer(TRY(status_of(way[i])), i > 1);
    if (other.empty()) continue;
    return fail(Error::refused(
        Kind::permission, kOperation, file,
        "it is not run: " + way[i].string() + " can be changed by " + other,
        "it must belong to root or to you, and nobody else may write to it or to its folder"));
  }
  return {};
}

}  // namespace bpfmaps
