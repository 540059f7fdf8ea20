// SPDX-License-Identifier: BSD-2-Clause
#include "entries/map_series.h"

#include "base/number.h"
#include "base/time.h"
#include "entries/dump_query.h"
#include "entries/pipeline.h"
#include "entries/series_writer.h"
#include "kernel/map/timed_source.h"
#include "layout/snapshot.h"

namespace bpfmaps::entries {
namespace {

using layout::Ranking;
using layout::Snapshot;

// One thread's entries, of which no more are kept than can be used.
struct Kept {
  Snapshot entries;
  std::uint64_t most, count = 0;

  void add(const Entries& some, std::uint64_t part) {
    count += some.count;
    if (count <= most) entries.add(some, part, 0);
  }
};

struct Ranked {
  Ranking entries;
  std::uint64_t count = 0;

  void add(const Entries& some, std::uint64_t part) {
    count += some.count;
    entries.add(some, part);
  }
};

// Counters are asked about in sum: of each CPU only where that was said.
Status add_up(TypedMap& typed, MapOptions options) {
  if (typed.shape.cpus.empty() || !options.cpu.empty() || !typed.value.is_typed()) return {};
  options.cpu = "sum";
  return add_reduction(typed, options);
}

}  // namespace

Result<std::unique_ptr<MapSeries>> MapSeries::make(kernel::Map map, const MapOptions& options,
                                                   const SeriesOptions& series) {
  auto typed = TRY(make_typed_map(std::move(map), options));
  TRY(add_up(*typed, options));
  std::unique_ptr<MapSeries> made(new MapSeries(std::move(typed), options.subject));
  const TypedMap& of = *made->typed_;
  if (auto why = kernel::why_unreadable(of.map.info())) return fail(*std::move(why));
  made->query_ = TRY(make_query(series.where, of));
  if (series.sort)
    made->order_ = TRY(about("sort", of,
                             layout::SortKey::compile(of.row_spec(), *series.sort,
                                                      layout::SortKey::Direction::descending)));
  made->plan_ = TRY(plan_series(of, series, options));
  made->most_entries_ = series.max_series / made->plan_.series_an_entry;
  if (made->most_entries_ == 0)
    return fail(Error::usage("--max-series: one entry alone makes " +
                                 number_text(made->plan_.series_an_entry) + " series",
                             "--fields A,B leaves some out"));
  return made;
}

Status MapSeries::read(output::MetricsText& to, const std::string& labels,
                       std::uint64_t deadline_ns, std::uint64_t& dropped) {
  const EntrySizes sizes = entry_sizes(*typed_);
  const layout::Query* query = query_ ? &*query_ : nullptr;
  const auto opened = TRY(open_source(*typed_));
  const auto source = kernel::until(*opened, deadline_ns);
  SeriesWriter writer(*typed_, plan_, labels);
  dropped = 0;
  if (order_) {
    const auto ranked = [&] {
      return Ranked{Ranking(*order_, most_entries_, sizes.key, sizes.value)};
    };
    Ranked all = ranked();
    TRY(gather(*source, *typed_, query, ranked, [&](Ranked some) {
      all.count += some.count;
      all.entries.merge(std::move(some.entries));
    }));
    all.entries.sort();
    TRY(writer.begin(to, all.entries.count()));
    Entries some = all.entries.chunk(0);
    for (std::uint64_t at = 0; some.count != 0; some = all.entries.chunk(at)) {
      for (std::uint32_t i = 0; i < some.count; ++i) writer.add(some.key(i), some.value(i));
      at += some.count;
    }
    dropped = (all.count - all.entries.count() + writer.same()) * plan_.series_an_entry;
    return {};
  }
  const auto kept = [&] { return Kept{Snapshot(sizes.key, sizes.value), most_entries_}; };
  Kept all = kept();
  TRY(gather(*source, *typed_, query, kept, [&](Kept some) {
    all.count += some.count;
    all.entries.merge(std::move(some.entries));
  }));
  if (all.count > most_entries_) {
    dropped = all.count * plan_.series_an_entry;
    return fail(Error::refused(
        Kind::incomplete, "make metrics", subject_,
        number_text(all.count) + " entries would be " + number_text(dropped) +
            " series, more than --max-series allows",
        "--sort FIELD keeps the greatest, --where some; --max-series N allows more"));
  }
  all.entries.settle();
  TRY(writer.begin(to, all.entries.count()));
  for (layout::EntryRef at = Snapshot::begin(); !all.entries.is_end(at); at = all.entries.next(at))
    writer.add(all.entries.key(at), all.entries.value(at));
  dropped = writer.same() * plan_.series_an_entry;
  return {};
}

}  // namespace bpfmaps::entries
