// SPDX-License-Identifier: BSD-2-Clause
// Attachment: a program at one place where the kernel runs it.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/facts.h"

namespace bpfmaps::kernel {

struct Attachment {
  std::uint32_t prog_id = 0;
  std::uint32_t link_id = 0;  ///< 0: no link holds the program there
  /// The type of the link, or of one that could hold it there: "xdp", "cgroup". Where there is no
  /// such link "tc" or the type of the map that calls it: "prog_array", "devmap", "struct_ops".
  std::string type = {};
  Facts where = {};  ///< by the names of link_facts(), and what else tells the place
};

}  // namespace bpfmaps::kernel
