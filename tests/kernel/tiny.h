// SPDX-License-Identifier: BSD-2-Clause
// Programs of two instructions and links over them, of any type the running kernel has.
#pragma once

#include <linux/bpf.h>

#include <array>
#include <cstdint>
#include <string>

#include "base/fd.h"

namespace bpfmaps::test {

struct TinyProg {
  std::uint32_t type;                ///< enum bpf_prog_type
  std::uint32_t attach_type = 0;     ///< expected at load
  std::int32_t returns = 0;          ///< what it returns
  std::string name = "tiny";         ///< at most 15 bytes
  std::string kernel_function = {};  ///< with BPF_TRACE_ITER: "task", "cgroup", ...
  std::uint32_t flags = 0;           ///< BPF_F_SLEEPABLE and the like
};
/// Loads it; throws where the kernel refuses.
Fd load(const TinyProg& prog);

/// The first words of BPF_LINK_CREATE's attributes; `more` is what follows them for a type of
/// link that libbpf 1.1 has no function for.
struct TinyLink {
  int target = 0;  ///< a descriptor or an interface index
  std::uint32_t attach_type;
  std::array<std::uint64_t, 6> more = {};
};
Fd link(const Fd& prog, const TinyLink& how);

std::uint32_t prog_id(const Fd& prog);
std::uint32_t link_id(const Fd& link);

}  // namespace bpfmaps::test
