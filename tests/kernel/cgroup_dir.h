// SPDX-License-Identifier: BSD-2-Clause
// CgroupDir: a cgroup of the test's own.
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.h"

namespace bpfmaps::test {

/// A new cgroup, gone with its owner.
class CgroupDir {
 public:
  /// One below the root of the hierarchy, in a mount of its own.
  CgroupDir();
  /// One at `path`, in another one's directory.
  explicit CgroupDir(const std::string& path);
  ~CgroupDir();
  CgroupDir(const CgroupDir&) = delete;
  CgroupDir& operator=(const CgroupDir&) = delete;

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  std::uint64_t id() const;
  /// Sends `count` datagrams from a process in it.
  void send(int count) const;

 private:
  void make();

  std::string root_ = {};  // of the mount; "" where it is another one's
  std::string path_;
  Fd fd_;
};

}  // namespace bpfmaps::test
