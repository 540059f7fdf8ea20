// SPDX-License-Identifier: BSD-2-Clause
#include "entries/histogram.h"

#include "entries/pipeline.h"
#include "layout/histogram.h"

namespace bpfmaps::entries {

using layout::SlotCounts;

namespace {

Result<SlotCounts> slot_counts(const TypedMap& typed, const DumpQuery& asked, output::Scale scale) {
  return SlotCounts::make(typed.row_spec().key, asked.shown(typed), scale);
}

}  // namespace

Status check_histogram(const TypedMap& typed, const DumpQuery& asked, output::Scale scale) {
  if (asked.order || asked.limit != UINT64_MAX)
    return fail(
        Error::usage("--hist: all entries make one histogram, so there are none to sort or "
                     "to leave out"));
  TRY(slot_counts(typed, asked, scale));
  return {};
}

Status draw_histogram(kernel::Source& source, const TypedMap& typed, const DumpQuery& asked,
                      output::Scale scale, const output::Style& style, output::Writer& out,
                      const Remark& remark) {
  const SlotCounts none = TRY(slot_counts(typed, asked, scale));
  SlotCounts all = none;
  TRY(gather(
      source, typed, asked.filter(), [&] { return none; },
      [&](const SlotCounts& some) { all.merge(some); }));
  if (all.stray())
    return fail(Error::refused(
        Kind::unsupported, "draw", "",
        "the key " + std::to_string(*all.stray()) + " is no number of an element: a scale of " +
            (scale == output::Scale::log2 ? "powers of two has 64" : "numbers has 1048576"),
        scale == output::Scale::log2 ? "--hist linear, or --where leaves such keys out"
                                     : "--where leaves such keys out"));
  std::string text;
  output::append_histogram(text, all.counts(), scale, style);
  out.write(text);
  if (const std::string told = change_text(source); !told.empty()) remark(told);
  return {};
}

}  // namespace bpfmaps::entries
