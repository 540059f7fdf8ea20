// SPDX-License-Identifier: BSD-2-Clause
// How entries are shown, beyond the form: --hist and --cpu spread.
#pragma once

#include <memory>
#include <optional>

#include "cli/request.h"
#include "commands/shared/context.h"
#include "entries/options.h"
#include "layout/rows.h"
#include "output/histogram.h"

namespace bpfmaps::commands {

struct EntryView {
  bool spread = false;                ///< --cpu spread
  std::optional<output::Scale> hist;  ///< --hist, where the form is for people

  /// Rows that show it. Errors are of Kind::usage.
  Result<std::unique_ptr<layout::Rows>> rows(const layout::RowSpec& spec,
                                             const output::Style& style) const;
  /// Says where rows of `spec` in a table would be easier to read otherwise.
  void remark(const layout::RowSpec& spec, const output::Style& style,
              const entries::Remark& remark) const;
};

/// An error of Kind::usage where two views are asked for.
Result<EntryView> entry_view(const cli::Request& request, const output::Style& style);

}  // namespace bpfmaps::commands
