// SPDX-License-Identifier: BSD-2-Clause
// Following a map's records until somebody ends it: waits, prints each burst, goes after a pin that
// is replaced, and says what was missed.
#pragma once

#include "cli/request.h"
#include "commands/shared/context.h"
#include "entries/event_view.h"

namespace bpfmaps::commands {

/// What is asked of records, and for how long.
struct TailOptions {
  bool consume = false;
  std::optional<kernel::From> from = {};  ///< where it is not what the type of map begins with
  std::uint64_t count = UINT64_MAX;
  std::uint64_t time_ns = UINT64_MAX;
  EventTypeOptions types = {};
  EventQuestions questions = {};
};

/// Prints the records of `map` as they come, until `options` or a signal end it. Errors: the map
/// has no records, it may not be written, there is no such type.
Status tail(const cli::Selector& map, const TailOptions& options, Context& context);

}  // namespace bpfmaps::commands
