// SPDX-License-Identifier: BSD-2-Clause
// PinTest: the base of tests on pins: a folder d that holds a pin of each kind.
#pragma once

#include <filesystem>

#include "base/fd.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"

namespace bpfmaps::test {

class PinTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    count.emplace("count");
    std::filesystem::create_directory(pin("d"));
    pin_fd(count->map("packets"), pin("d/map"));
    pin_fd(count->prog("count"), pin("d/prog"));
  }

  /// Attaches the program to the loopback of a network namespace of its own and pins the link.
  void pin_link(const std::string& path) {
    sandbox->add_veth_pair("left", "right");
    const Fd link(must(bpf_link_create(count->prog("count"), 1, BPF_XDP, nullptr), "attach"));
    pin_fd(link.get(), path);
  }

  std::optional<Fixture> count;
};

}  // namespace bpfmaps::test
