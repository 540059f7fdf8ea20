// SPDX-License-Identifier: BSD-2-Clause
#include "entries/count.h"

#include "entries/pipeline.h"

namespace bpfmaps::entries {

Result<std::uint64_t> count_entries(const kernel::Map& map, kernel::ReadRate rate,
                                    std::string* changed) {
  if (kernel::is_array(map.info().type)) return map.info().max_entries;
  const auto source = TRY(kernel::open_source(map, rate));
  std::mutex mutex;
  std::uint64_t entries = 0;
  Status status;
  TRY(on_threads(*source, [&](kernel::PartReader& reader) {
    std::uint64_t some = 0;
    Result<kernel::Part> part = reader.next();
    for (; part && !part->end; part = reader.next()) some += part->entries.count;
    const std::lock_guard lock(mutex);
    if (!part && status) status = fail(std::move(part).error());
    entries += some;
  }));
  TRY(std::move(status));
  if (changed != nullptr) *changed = change_text(*source);
  return entries;
}

void add_fill(output::Record& record, std::uint64_t entries, const kernel::MapInfo& info) {
  if (info.max_entries != 0)
    record.add("fill", output::Value::Share{static_cast<double>(entries) / info.max_entries});
}

}  // namespace bpfmaps::entries
