// SPDX-License-Identifier: BSD-2-Clause
// The one way from a reader through rows to the writer.
#pragma once

#include "commands/context.h"
#include "commands/typed_map.h"
#include "kernel/reader.h"
#include "layout/rows.h"

namespace bpfmaps {

/// Reads `reader` to its end and writes its rows. The first byte appears once the first chunk was
/// read. An answer that is not whole stays open and returns the reader's error; a writer that can
/// write no more ends it early.
Status stream(kernel::Reader& reader, const TypedMap& typed, layout::Rows& rows,
              output::Writer& out);

/// Writes one entry, for rows of a `single` spec.
void print_entry(const Entries& entry, layout::Rows& rows, output::Writer& out);

}  // namespace bpfmaps
