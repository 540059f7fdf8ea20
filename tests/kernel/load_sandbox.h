// SPDX-License-Identifier: BSD-2-Clause
// LoadTest: the base of tests on loading: what is pinned before and after.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "kernel/fixture.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/paths.h"

namespace bpfmaps::test {

namespace fs = std::filesystem;

inline std::string fixture(const std::string& name) {
  return std::string(BPFMAPS_FIXTURES) + "/" + name + ".bpf.o";
}

/// Everything in the bpffs, as paths below it; what the kernel put there is left out.
inline std::vector<std::string> pins() {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(kBpffs))
    if (!entry.path().extension().string().starts_with(".debug"))
      paths.push_back(entry.path().lexically_relative(kBpffs));
  return paths;
}

inline std::uint32_t id_of(const std::string& path) {
  const auto map = kernel::map_at(path, kernel::Access::read);
  return map ? map->info().id : 0;
}

/// A copy of a fixture in which every `from` is a `to` of the same length, and the other way round;
/// removed when it goes.
class AlteredObject {
 public:
  AlteredObject(const std::string& name, const std::string& from, const std::string& to) {
    std::ifstream original(fixture(name), std::ios::binary);
    std::string contents{std::istreambuf_iterator<char>(original), {}};
    for (std::size_t at = 0; at + from.size() <= contents.size(); ++at) {
      if (contents.compare(at, from.size(), from) == 0)
        contents.replace(at, to.size(), to);
      else if (contents.compare(at, to.size(), to) == 0)
        contents.replace(at, from.size(), from);
    }
    fs::create_directory(directory_);
    path_ = directory_ + "/" + name + ".bpf.o";
    std::ofstream(path_, std::ios::binary) << contents;
  }
  ~AlteredObject() { fs::remove_all(directory_); }
  AlteredObject(const AlteredObject&) = delete;
  AlteredObject& operator=(const AlteredObject&) = delete;
  const std::string& path() const { return path_; }

 private:
  const std::string directory_ = "/tmp/bpfmaps-test-" + std::to_string(getpid());
  std::string path_;
};

class LoadTest : public KernelTest {
 protected:
  /// `line` must be refused, and what is pinned must be what was pinned before.
  static std::string refused_without_a_trace(const std::string& line, int exit_code) {
    const auto before = pins();
    std::string said = refused(line, exit_code);
    EXPECT_EQ(pins(), before) << line;
    return said;
  }
};

}  // namespace bpfmaps::test
