// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/entry_view.h"

#include "layout/histogram.h"
#include "layout/rows_spread.h"

namespace bpfmaps::commands {

using cli::Option;

Result<EntryView> entry_view(const cli::Request& request, const output::Style& style) {
  EntryView view;
  view.spread = request.value(Option::cpu_spread) == "spread";
  if (!request.has(Option::draw_hist)) return view;
  if (view.spread)
    return fail(Error::usage("--hist and --cpu spread ask for two views of one answer",
                             "give one of them"));
  if (style.is_table()) view.hist = output::scale_from_name(request.value(Option::draw_hist));
  return view;
}

Result<std::unique_ptr<layout::Rows>> EntryView::rows(const layout::RowSpec& spec,
                                                      const output::Style& style) const {
  if (spread) return layout::make_spread_rows(spec, style);
  if (hist) return layout::make_histogram_rows(spec, *hist, style);
  return layout::make_rows(spec, style);
}

void EntryView::remark(const layout::RowSpec& spec, const output::Style& style,
                       const entries::Remark& remark) const {
  if (hist || spread || !style.is_table()) return;
  if (const std::string hint = layout::histogram_hint(spec); !hint.empty()) remark(hint);
}

}  // namespace bpfmaps::commands
