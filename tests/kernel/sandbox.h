// SPDX-License-Identifier: BSD-2-Clause
// Sandbox: the piece of a real kernel that one test has to itself. Nothing that a test makes in it
// reaches the machine's own pins, mounts or interfaces, and nothing outlives it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"

namespace bpfmaps::test {

/// Where every Sandbox mounts its bpffs: the path that users and the pages know.
inline constexpr const char* kBpffs = "/sys/fs/bpf";

/// Moves the process into its own mount namespace; called once, before any thread is started.
/// Returns why tests on the real kernel cannot run here, or "".
std::string enter_own_namespaces();
/// What enter_own_namespaces() returned.
const std::string& why_unavailable();

/// Whether this is the only process on the machine that called enter_own_namespaces(). Once it was
/// true, others wait until this process ends.
bool no_other_sandbox();

/// One Ethernet frame holding IPv4 and UDP.
struct Packet {
  std::uint32_t size = 64;              ///< bytes from the Ethernet header on, at least 42
  const char* source = "198.51.100.1";  ///< IPv4
  std::uint16_t ethertype = 0x0800;     ///< another one makes it no IPv4 packet
};

/// A new bpffs at kBpffs, the only one in sight, for as long as it lives. It is empty but for
/// maps.debug and progs.debug, which kernels with CONFIG_BPF_PRELOAD put there and let nobody
/// remove: a test that lists pins does so in a folder of its own.
/// Failures of the harness itself are exceptions.
class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// Mounts one more bpffs on a new directory and returns its path.
  std::string mount_another_bpffs();

  /// Two connected interfaces, up, in a network namespace of the test's own where nothing else
  /// sends. The first call enters that namespace.
  void add_veth_pair(const std::string& left, const std::string& right);

  /// Sends exactly `count` packets out of `interface`. When it returns, all have arrived at its
  /// peer and been dealt with.
  void send(const std::string& interface, unsigned count, const Packet& packet = {});

 private:
  void enter_network_namespace();

  std::optional<Fd> outer_network_;  // set while in a network namespace of the test's own
  std::string scratch_;              // directory of further mounts
  int mounts_ = 0;
};

/// The base of tests on the real kernel: skips with the reason where there is no privilege.
class KernelTest : public testing::Test {
 protected:
  void SetUp() override;
  /// `name` under the sandbox's bpffs.
  static std::string pin(const std::string& name) { return std::string(kBpffs) + "/" + name; }

  std::optional<Sandbox> sandbox;
};

}  // namespace bpfmaps::test
