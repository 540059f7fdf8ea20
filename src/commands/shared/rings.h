// SPDX-License-Identifier: BSD-2-Clause
// What lists and refusals say of ring buffers beyond what they say of all maps.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "kernel/handle.h"
#include "kernel/references.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// Tells rings that nothing in the kernel uses.
class RingNotes {
 public:
  /// Adds `note`, "no loaded program writes to it" and the like: not to other maps, nor to rings
  /// that a program or another map uses. Unknown where that cannot be seen. Looks around when it is
  /// asked of a ring for the first time.
  void add_to(output::Record& record, std::uint32_t map_type, std::uint32_t id);

 private:
  std::optional<Result<kernel::References>> users_;
};

/// "comm(7), comm(9)": the processes that have the map open; "" for none. `closed` is set to how
/// many may not be looked into.
std::string holders_of(std::uint32_t map_id, unsigned& closed);

/// `error`, that a map cannot be read, with what waits in it and who has it open where it is a
/// ring.
Error explain_ring(Error error, const kernel::Map& map);

}  // namespace bpfmaps::commands
