// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/cgroup_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <filesystem>

#include "support/must.h"
#include "support/run.h"

namespace bpfmaps::test {

namespace fs = std::filesystem;

CgroupDir::CgroupDir() : root_(fs::temp_directory_path() / "bpfmaps-cgroup-XXXXXX") {
  must(mkdtemp(root_.data()), "make directory");
  must(mount("cgroup2", root_.c_str(), "cgroup2", 0, nullptr) == 0, "mount cgroup2");
  path_ = root_ + "/bpfmaps." + std::to_string(getpid());
  make();
}

CgroupDir::CgroupDir(const std::string& path) : path_(path) { make(); }

CgroupDir::~CgroupDir() {
  fd_.reset();
  fs::remove(path_);
  if (root_.empty()) return;
  umount2(root_.c_str(), MNT_DETACH);
  fs::remove(root_);
}

void CgroupDir::make() {
  fs::create_directory(path_);
  fd_.reset(must(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open " + path_));
}

std::uint64_t CgroupDir::id() const {
  struct stat status {};
  must(fstat(fd(), &status), "stat");
  return status.st_ino;
}

void CgroupDir::send(int count) const {
  const Ran ran = run({"bash", "-c",
                       "echo 0 > $0/cgroup.procs && for i in $(seq $1); do "
                       "echo > /dev/udp/127.0.0.1/9; done",
                       path_, std::to_string(count)});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
}

}  // namespace bpfmaps::test
