// SPDX-License-Identifier: BSD-2-Clause
#include "entries/snapshots.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "base/time.h"
#include "entries/dump_query.h"
#include "entries/pipeline.h"
#include "entries/saved_map.h"
#include "entries/untold_keys.h"
#include "layout/type_words.h"

namespace bpfmaps::entries {
namespace {

using layout::Change;
using layout::Counter;
using layout::Snapshot;

// One thread's part of a look.
struct LookGatherer {
  layout::Snapshot look;
  void add(const Entries& entries, std::uint64_t part) { look.add(entries, part, monotonic_ns()); }
};

std::string_view last_word(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot != path.npos) path.remove_prefix(dot + 1);
  return path.substr(0, path.find_first_of("[="));
}

bool is_time(const layout::Node& node, std::string_view name,
             const std::vector<std::string>& named) {
  if (node.shape != layout::Shape::unsigned_int || node.size != 8) return false;
  return layout::speaks_of_time(name) ||
         std::ranges::any_of(named, [&](const auto& word) { return last_word(word) == name; });
}

// Counters are asked about in sum: of each CPU only where that was said. Of times the latest is.
void add_up(TypedMap& typed, const MapOptions& options, const std::vector<std::string>& times) {
  if (typed.shape.cpus.empty() || !options.cpu.empty() || !typed.value.is_typed()) return;
  typed.reduction = std::make_unique<layout::Reduction>(
      typed.value, layout::Reduce::sum, typed.shape.cpus.size(), typed.shape.slot,
      [&](const layout::Node& node, std::string_view name) { return is_time(node, name, times); });
}

// The entry that is at `now`, at `before`, or at both.
struct Pair {
  Pair(const layout::Snapshot& earlier, const layout::Snapshot& later,
       std::optional<layout::EntryRef> at, std::optional<layout::EntryRef> was)
      : key(at ? later.key(*at) : earlier.key(*was)),
        before(was ? earlier.value(*was) : nullptr),
        now(at ? later.value(*at) : nullptr),
        elapsed_ns(at && was ? later.time_ns(*at) - earlier.time_ns(*was) : 0),
        same(at && was && std::memcmp(before, now, later.value_size()) == 0) {}

  const unsigned char* value() const { return now != nullptr ? now : before; }
  // What it is in the slot of one CPU, or as a whole.
  Change change(std::size_t offset, std::uint32_t cpu, std::size_t size) const {
    Change made{key,
                before == nullptr ? nullptr : before + offset,
                now == nullptr ? nullptr : now + offset,
                elapsed_ns,
                cpu,
                same};
    if (before != nullptr && now != nullptr && !same)
      made.same = std::memcmp(made.before, made.now, size) == 0;
    return made;
  }

  const unsigned char *key, *before, *now;
  std::uint64_t elapsed_ns;
  bool same;
};

Result<layout::Snapshot> snapshot_of(kernel::Source& source, const TypedMap& typed,
                                     const layout::Query* query) {
  const EntrySizes sizes = entry_sizes(typed);
  layout::Snapshot all(sizes.key, sizes.value);
  TRY(gather(
      source, typed, query, [&] { return LookGatherer{layout::Snapshot(sizes.key, sizes.value)}; },
      [&](LookGatherer some) { all.merge(std::move(some.look)); }));
  all.settle();
  return all;
}

}  // namespace

Result<layout::Snapshot> take_snapshot(const TypedMap& typed, const layout::Query* query) {
  return snapshot_of(*TRY(open_source(typed)), typed, query);
}

Result<layout::Snapshot> take_last_snapshot(const TypedMap& typed, const layout::Query* query) {
  if (!typed.saved) return take_snapshot(typed, query);
  return snapshot_of(*TRY(open_saved_source(*typed.saved, Reading::last)), typed, query);
}

MapSnapshots::MapSnapshots(std::unique_ptr<TypedMap> typed)
    : typed_(std::move(typed)), row_spec_(typed_->row_spec()) {
  cpus_.swap(row_spec_.cpus);
}

Result<std::unique_ptr<MapSnapshots>> MapSnapshots::make(kernel::Map map, const MapOptions& options,
                                                         const CounterOptions& counters) {
  auto typed = TRY(make_typed_map(std::move(map), options));
  add_up(*typed, options, counters.times);
  std::unique_ptr<MapSnapshots> looks(new MapSnapshots(std::move(typed)));
  looks->query_ = TRY(make_query(counters.where, *looks->typed_));
  TRY(looks->choose_counters(counters));
  for (const std::string& word : counters.times) {
    if (!looks->times_) looks->times_ = std::make_unique<layout::Times>();
    TRY(about("time", *looks->typed_, looks->times_->add(looks->row_spec_, word)));
  }
  looks->row_spec_.times = looks->times_.get();
  return looks;
}

Status MapSnapshots::choose_counters(const CounterOptions& options) {
  const auto named = [&](std::string_view option, const std::vector<std::string>& names) {
    const std::vector<std::string_view> words(names.begin(), names.end());
    return about(option, *typed_, layout::named_counters(row_spec_, typed_->value, words));
  };
  if (options.counters) {
    possible_ = TRY(named("counters", *options.counters));
    grew_.assign(possible_.size(), true);
    return {};
  }
  possible_ = layout::possible_counters(row_spec_, typed_->value);
  std::erase_if(possible_, [&](const Counter& one) {
    const std::string_view name = last_word(one.path);
    const auto is_named = [&](const auto& word) { return last_word(word) == name; };
    return one.is_wide && one.bits == 64 &&
           (layout::speaks_of_time(name) || std::ranges::any_of(options.times, is_named));
  });
  if (options.gauges)
    for (const Counter& gauge : TRY(named("gauges", *options.gauges)))
      std::erase_if(possible_, [&](const Counter& one) { return one.offset == gauge.offset; });
  grew_.assign(possible_.size(), false);
  return {};
}

Status MapSnapshots::read() {
  layout::Snapshot look = TRY(take_snapshot(*typed_));
  if (now_) before_ = std::move(now_);
  now_ = std::move(look);
  tally_ = {.entries = now_->count()};
  if (times_) times_->settle(clock_times());
  count_changes();
  return {};
}

std::string MapSnapshots::untold_keys() const {
  const UntoldKeys untold(*typed_);
  std::uint64_t count = 0;
  for (layout::EntryRef at = layout::Snapshot::begin(); !now_->is_end(at); at = now_->next(at))
    count += untold.count({.keys = now_->key(at), .count = 1});
  return untold.remark(count);
}

void MapSnapshots::count_changes() {
  const std::size_t slots = std::max<std::size_t>(cpus_.size(), 1);
  std::optional<layout::Matcher> matcher;
  if (query_) matcher.emplace(*query_);
  const layout::Snapshot& before = before_ ? *before_ : *now_;
  const std::size_t size = row_spec_.value->root().size;
  compare(before, *now_, [&](auto at, auto was) {
    const Pair pair(before, *now_, at, was);
    if (matcher && !matcher->fits(pair.key, pair.value())) return;
    tally_.rows += slots;
    if (pair.same) return;
    for (std::size_t slot = 0; slot < slots; ++slot)
      tally_.moved += cpus_.empty() || !pair.change(slot * row_spec_.slot, 0, size).same ? 1 : 0;
    ++tally_.changed;
    tally_.came += pair.before == nullptr ? 1 : 0;
    tally_.gone += pair.now == nullptr ? 1 : 0;
    if (pair.before == nullptr || pair.now == nullptr) return;
    for (std::size_t i = 0; i < possible_.size(); ++i)
      for (std::size_t slot = 0; slot < slots && !grew_[i]; ++slot) {
        const layout::Growth growth = possible_[i].growth(pair.before + slot * row_spec_.slot,
                                                          pair.now + slot * row_spec_.slot);
        grew_[i] = !growth.down && growth.by != 0;
      }
  });
}

Status MapSnapshots::set_where(const std::optional<std::string>& where) {
  query_ = TRY(make_query(where, *typed_));
  if (!now_) return {};
  tally_ = {.entries = now_->count()};
  count_changes();
  return {};
}

std::vector<Counter> MapSnapshots::counters() const {
  std::vector<Counter> counters;
  for (std::size_t i = 0; i < possible_.size(); ++i)
    if (grew_[i]) counters.push_back(possible_[i]);
  return counters;
}

std::vector<Change> MapSnapshots::select(const layout::ChangeOrder* standing, std::uint64_t most,
                                         bool all) const {
  const layout::Snapshot& before = before_ ? *before_ : *now_;
  const std::size_t size = row_spec_.value->root().size;
  layout::Selection selection(standing, most);
  std::optional<layout::Matcher> matcher;
  if (query_) matcher.emplace(*query_);
  compare(before, *now_, [&](auto at, auto was) {
    const Pair pair(before, *now_, at, was);
    if (pair.same && (!all || selection.is_full_of_news())) return;
    if (matcher && !matcher->fits(pair.key, pair.value())) return;
    if (cpus_.empty()) return selection.add(pair.change(0, 0, size));
    for (std::size_t slot = 0; slot < cpus_.size(); ++slot) {
      const Change change = pair.change(slot * row_spec_.slot, cpus_[slot], size);
      if (all || !change.same) selection.add(change);
    }
  });
  return std::move(selection).take();
}

}  // namespace bpfmaps::entries
