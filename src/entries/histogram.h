// SPDX-License-Identifier: BSD-2-Clause
// A map whose entries are the counters of one histogram, drawn.
#pragma once

#include "entries/dump_query.h"
#include "kernel/map/source.h"
#include "output/histogram.h"
#include "output/writer.h"

namespace bpfmaps::entries {

/// Checks, before anything is read, that the entries of `typed` that are `asked` for can be drawn
/// as one histogram. An error of Kind::usage says why not.
Status check_histogram(const TypedMap& typed, const DumpQuery& asked, output::Scale scale);

/// Reads `source` to its end and draws what was checked. An error where not all could be read, or
/// where a key has no place on the scale.
Status draw_histogram(kernel::Source& source, const TypedMap& typed, const DumpQuery& asked,
                      output::Scale scale, const output::Style& style, output::Writer& out,
                      const Remark& remark);

}  // namespace bpfmaps::entries
