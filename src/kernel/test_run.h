// SPDX-License-Identifier: BSD-2-Clause
// Running a program on data of ours, with nothing attached (BPF_PROG_TEST_RUN).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

struct TestRun {
  std::uint32_t retval = 0;
  std::uint32_t duration_ns = 0;    ///< of one run, on average
  std::vector<std::byte> data_out;  ///< the packet as the program left it
};

/// Runs `prog` `repeat` times on `data`, a packet from its Ethernet header on for XDP and tc; ""
/// for the types that take none. What the program does to its maps stays done. Errors: unsupported
/// where the kernel cannot run that type, invalid where it does not take the data (XDP: 14 bytes at
/// least, and one page less headroom at most).
Result<TestRun> test_run(const Prog& prog, std::span<const std::byte> data, std::uint32_t repeat);

}  // namespace bpfmaps::kernel
