// SPDX-License-Identifier: BSD-2-Clause
// EntryPipeline: what happens to a map's entries between the kernel and whatever they are read for,
// on as many threads as there are readers.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "entries/typed_map.h"
#include "kernel/map/source.h"
#include "layout/query.h"

namespace bpfmaps::entries {

/// Makes one value of the values of all CPUs where --cpu asks for it, then leaves out the entries
/// that a query does not want. One a thread.
class EntryPipeline {
 public:
  /// Both outlive it; `query` may be null.
  EntryPipeline(const TypedMap& typed, const layout::Query* query);

  /// What is left of `entries`, valid until the next call.
  Entries operator()(const Entries& entries);

 private:
  Entries reduced(Entries entries);

  const layout::Reduction* reduction_;
  std::optional<layout::Matcher> matcher_;
  std::vector<unsigned char> values_;
};

/// Bytes of keys and values behind a EntryPipeline.
struct EntrySizes {
  std::size_t key, value;
};
EntrySizes entry_sizes(const TypedMap& typed);

/// Calls `work` on as many threads as `source` feeds, each with a reader of its own, and returns
/// when all of them have. An error where one of them ran out of memory.
Status on_threads(kernel::Source& source, const std::function<void(kernel::PartReader&)>& work);

/// Shows all entries of `source` that `query` keeps to gatherers, one a thread: `make()` makes
/// them, add(entries, part) shows them some, `done(gatherer)` takes them back one after the other.
/// An error of the source when they were not shown all.
template <class Make, class Done>
Status gather(kernel::Source& source, const TypedMap& typed, const layout::Query* query, Make make,
              Done done) {
  std::mutex mutex;
  Status status;
  const Status ran = on_threads(source, [&](kernel::PartReader& reader) {
    EntryPipeline stage(typed, query);
    auto gatherer = make();
    Result<kernel::Part> part = reader.next();
    for (; part && !part->end; part = reader.next())
      gatherer.add(stage(part->entries), part->order);
    const std::lock_guard lock(mutex);
    if (!part && status) status = fail(std::move(part).error());
    done(std::move(gatherer));
  });
  return ran ? status : ran;
}

}  // namespace bpfmaps::entries
