// SPDX-License-Identifier: BSD-2-Clause
// MapZoo: a map of every type this kernel has, with something in it where user space can put it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"

namespace bpfmaps::test {

class MapZoo {
 public:
  /// Enters the network namespace of a test's own: interface 1 is its loopback.
  explicit MapZoo(Sandbox& sandbox);
  ~MapZoo();
  MapZoo(const MapZoo&) = delete;
  MapZoo& operator=(const MapZoo&) = delete;

  /// Where the map is pinned: /sys/fs/bpf/zoo/NAME. Names are those of types; "sockmap_small" and
  /// the like have values of 4 bytes.
  static std::string pin(const std::string& name);
  /// Its descriptor; stays the zoo's.
  int map(const std::string& name) const;
  int prog() const { return programs_.prog("take_stacks"); }
  const std::vector<std::string>& names() const { return names_; }
  /// Two cgroups of the zoo's own, a program with storage attached to each.
  const std::string& cgroup() const { return cgroup_; }
  std::string inner_cgroup() const { return cgroup_ + "/inner"; }

 private:
  void add(const std::string& name, int fd);
  /// A map without types, sizes in bytes.
  int make(const std::string& name, std::uint32_t type, std::uint32_t key, std::uint32_t value,
           std::uint32_t entries, std::uint32_t flags = 0);
  void make_plain();
  void make_maps_of_descriptors(Sandbox& sandbox);
  /// Attaches the program with storage to that cgroup, which is made, and returns it.
  Fd attach_to(const std::string& path);
  void make_maps_of_sockets();
  void make_filled_by_programs();

  Fixture programs_{"zoo"};
  std::vector<Fd> owned_;
  std::map<std::string, int> maps_;
  std::vector<std::string> names_;
  std::string cgroup_;
  std::vector<Fd> storage_links_;
};

/// The base of tests on maps of all types.
class ZooTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (!IsSkipped()) zoo.emplace(*sandbox);
  }

  std::optional<MapZoo> zoo;
};

}  // namespace bpfmaps::test
