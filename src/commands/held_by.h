// SPDX-License-Identifier: BSD-2-Clause
// --pids: who has an object open.
#pragma once

#include "cli/request.h"
#include "commands/context.h"
#include "kernel/holders.h"
#include "output/record.h"

namespace bpfmaps {

/// Looks around once, and only where --pids asks for it.
class HeldBy {
 public:
  HeldBy(const cli::Request& request, kernel::Noun noun, Context& context);
  HeldBy(bool asked, kernel::Noun noun, Context& context);

  /// Adds `pids`, a list of objects with pid and comm, or "comm(pid)" in tables.
  void add_to(output::Record& record, std::uint32_t id) const;
  /// Adds the column for it.
  void add_to(std::vector<output::Column>& columns) const;

 private:
  const bool asked_;
  const bool is_table_;
  kernel::Holders holders_;
};

}  // namespace bpfmaps
