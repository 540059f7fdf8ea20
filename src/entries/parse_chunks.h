// SPDX-License-Identifier: BSD-2-Clause
// Text into entries on as many threads as pay, in the order of the text.
#pragma once

#include <functional>

#include "entries/entry_block.h"
#include "entries/text_chunks.h"

namespace bpfmaps::entries {

/// Makes entries of one chunk; called by several threads at once.
using ParseChunk = std::function<Result<EntryBlock>(const TextChunk&)>;

/// Room for the entries of `chunk`, so that none is left over; not for all of its lines where these
/// are too short to be entries.
void reserve_for(const TextChunk& chunk, EntryBlock& block);

/// The entries of all `chunks`. The error of the earliest chunk counts, whichever thread is first.
Result<EntryBlocks> parse_chunks(TextChunks& chunks, const ParseChunk& parse);

}  // namespace bpfmaps::entries
