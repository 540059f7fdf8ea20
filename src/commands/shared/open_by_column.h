// SPDX-License-Identifier: BSD-2-Clause
// --pids: who has an object open.
#pragma once

#include "commands/shared/context.h"
#include "kernel/open_by.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// One element of `pids`, "comm(7)".
std::string holder_in_short(const output::Value& holder);

/// Looks around once, and only where it is asked to.
class OpenByColumn {
 public:
  OpenByColumn(bool asked, kernel::Noun noun, const Context& context);

  /// Adds `pids`, a list of objects with pid and comm, or "comm(pid)" in tables; and why there may
  /// be more of them.
  void add_to(output::Record& record, std::uint32_t id) const;

 private:
  const bool asked_;
  const bool is_table_;
  kernel::OpenBy holders_;
  std::string gap_;  // why there may be more of them
};

}  // namespace bpfmaps::commands
