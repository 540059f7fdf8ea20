// SPDX-License-Identifier: BSD-2-Clause
// What lists of places say of the program at each, and of the link that holds it there.
#pragma once

#include <map>

#include "kernel/pin/index.h"
#include "kernel/prog/prog_name.h"
#include "output/record.h"

namespace bpfmaps::commands {

class ProgFields {
 public:
  ProgFields() : pins_(kernel::all_pins(kernel::nouns({kernel::Noun::prog, kernel::Noun::link}))) {}

  /// Adds prog_id; prog_name, where the program may be opened by its id (CAP_SYS_ADMIN); link_id
  /// where it is not 0; and `pinned`, the pins of both.
  void add_to(output::Record& record, std::uint32_t prog_id, std::uint32_t link_id);

 private:
  kernel::PinIndex pins_;
  kernel::ProgNames names_;
  std::map<std::uint32_t, kernel::ProgName> known_;  // names by ids of programs
};

}  // namespace bpfmaps::commands
