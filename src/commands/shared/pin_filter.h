// SPDX-License-Identifier: BSD-2-Clause
// PinFilter: which pins --maps-only, --programs-only, --links-only, --orphans and --stale ask for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/request.h"
#include "kernel/open_by.h"
#include "kernel/pin/walker.h"
#include "kernel/references.h"
#include "object/reuse.h"
#include "output/record.h"

namespace bpfmaps::commands {

class PinFilter {
 public:
  /// Looks at all of the kernel and into every process for --orphans, which takes CAP_SYS_ADMIN,
  /// and into OBJ for --stale. Where not all could be seen nothing is an orphan: an error.
  /// Kind::usage where two of the kinds are asked for.
  static Result<PinFilter> from(const cli::Request& request);

  /// Whether it leaves anything out.
  bool is_active() const { return only_ || in_use_ || declared_; }
  /// Whether the entry is a pin and all that is asked for. True of everything where nothing is. An
  /// error where that cannot be told: it cannot be opened.
  Result<bool> wants(const kernel::PinEntry& entry) const;
  /// Adds what --orphans and --stale found out about an entry that it wants: `why`, a sentence, and
  /// `differs`, the fields, in a table as one text.
  void explain(const kernel::PinEntry& entry, const output::Style& style,
               output::Record& record) const;
  /// What it could not look at, for the user to know; "" where it saw all.
  const std::string& remark() const { return remark_; }

 private:
  /// Why nothing uses what is pinned; "" where something does, or where that cannot be told.
  std::string why_orphan(const kernel::Identity& object) const;
  /// How a pinned map differs from the one that OBJ would pin by that name. Looked at once, so that
  /// a list that names it can say how.
  const Result<std::vector<object::Difference>>& differences(const kernel::PinEntry& entry) const;
  Result<std::vector<object::Difference>> look_at(const kernel::PinEntry& entry) const;

  /// All that uses or holds what may be pinned.
  struct InUse {
    kernel::References users;
    kernel::OpenBy of_maps, of_progs;
  };

  std::optional<kernel::Noun> only_;
  std::optional<InUse> in_use_;                   // with --orphans
  std::optional<object::DeclaredMaps> declared_;  // with --stale
  mutable std::map<std::pair<std::string, std::uint32_t>, Result<std::vector<object::Difference>>>
      looked_at_;  // by path and id
  std::string remark_;
};

}  // namespace bpfmaps::commands
