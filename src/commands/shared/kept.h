// SPDX-License-Identifier: BSD-2-Clause
// What lasts no longer than the last pin and the last descriptor of a map, although programs that
// use the map keep it in the kernel: the programs in a prog_array (prog_array_map_clear() of
// kernel/bpf/arraymap.c), and those that run on a map of sockets without a link
// (sock_map_release_progs() of net/core/sock_map.c).
#pragma once

#include <cstdint>
#include <string>

#include "commands/shared/context.h"
#include "kernel/handle.h"

namespace bpfmaps::commands {

/// Fails where `map`, which `named` names, has no pin and no other process has it open: what is
/// done to it would be undone when this command ends. `operation` and `loses` ("the kernel empties
/// a prog_array") are for the error. Remarks processes that may not be looked into.
Status check_kept(std::uint32_t map_id, const cli::Selector& named, const std::string& operation,
                  const std::string& loses, Context& context);

}  // namespace bpfmaps::commands
