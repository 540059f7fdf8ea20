// SPDX-License-Identifier: BSD-2-Clause
// The one way from a source through rows to the writer, on as many threads as it pays for.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "entries/dump_query.h"
#include "entries/typed_map.h"
#include "kernel/map/source.h"
#include "layout/rows.h"
#include "output/writer.h"

namespace bpfmaps::entries {

/// Reads `source` to its end and writes the rows of the entries that are `asked` for, in the order
/// of its parts or of --sort, which waits for the last of them. Otherwise the first byte appears
/// once the first of them were read. An answer that is not whole stays open and returns the
/// source's error; a writer that can write no more ends it early. Remarks how many whole keys it
/// printed that their printed form does not tell.
Status stream(kernel::Source& source, const TypedMap& typed, const DumpQuery& asked,
              layout::Rows& rows, output::Writer& out, const Remark& remark);

/// Writes one entry, for rows of a `single` spec.
void print_entry(const Entries& entry, layout::Rows& rows, output::Writer& out);
/// The same for an entry of `typed` as the kernel gave it. Without keys only its value is shown.
/// `make` makes the rows of the spec that it is given. Returns what there is to remark of its key,
/// or "".
using MakeRows = std::function<std::unique_ptr<layout::Rows>(const layout::RowSpec&)>;
std::string print_entry(Entries entry, const TypedMap& typed, const MakeRows& make,
                        output::Writer& out);

}  // namespace bpfmaps::entries
