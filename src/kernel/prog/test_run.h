// SPDX-License-Identifier: BSD-2-Clause
// Running a program on data of ours, with nothing attached (BPF_PROG_TEST_RUN).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// What the kernel takes for programs of a type, and how it answers.
struct RunKind {
  bool packet = false;  ///< a packet from its Ethernet header on; else a context, or nothing
  bool repeats = true;  ///< it can repeat, and tells how long it took
  /// What the kernel answers with: the packet as the program left it, the same of which the
  /// program saw nothing below the network layer, what it found in the packet, or nothing.
  enum class Gives : std::uint8_t { packet, upper_layers, findings, nothing };
  Gives gives = Gives::nothing;

  bool gives_packet() const { return gives == Gives::packet || gives == Gives::upper_layers; }
};
RunKind run_kind(std::uint32_t prog_type);

struct TestInput {
  std::span<const std::byte> data = {};     ///< the packet
  std::span<const std::byte> context = {};  ///< struct xdp_md, __sk_buff, ... or a prefix of one
  std::uint32_t repeat = 0;                 ///< 0: once, for types that know no repetition, too
  bool wants_context = false;               ///< the context as the program left it
  /// Bytes of the answer to make room for; 0: enough for whatever a program can add.
  std::uint32_t data_room = 0, context_room = 0;
};

struct TestRun {
  std::uint32_t retval = 0;
  std::uint32_t duration_ns = 0;       ///< of one run, on average
  std::vector<std::byte> data_out;     ///< the packet, findings or nothing: see RunKind
  std::vector<std::byte> context_out;  ///< where it was wanted
};

/// Runs `prog` on `input`. What it does to its maps stays done, and where it repeats it is given
/// the packet that it left the time before. Errors: unsupported where the kernel cannot run that
/// type, invalid where it does not take the input.
Result<TestRun> test_run(const Prog& prog, const TestInput& input);

}  // namespace bpfmaps::kernel
