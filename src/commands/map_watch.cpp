// SPDX-License-Identifier: BSD-2-Clause
// map watch MAP: what changes in a map, look by look.
#include <utility>

#include "base/number.h"
#include "commands/records.h"
#include "commands/shared/map_options.h"
#include "commands/shared/select.h"
#include "commands/watch/loop.h"
#include "commands/watch/map_view.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Selector;
using cli::Takes;

class WatchedMap final : public WatchSource {
 public:
  WatchedMap(const cli::Request& request, Context& context)
      : request_(request),
        map_(request.selector("MAP")),
        context_(context),
        where_(request.value(Option::where)) {}

  /// Opens the map that the path or id names now; does not read it.
  Status open() {
    kernel::Map map = TRY(open_map(map_, kernel::Access::read));
    return watch(std::move(map));
  }

  Status look() override {
    news_.clear();
    if (map_.by == Selector::By::pinned) TRY(follow_path());
    TRY(snapshots_->read());
    view_->looked();
    if (news_.empty() && snapshots_->can_compare() && !std::exchange(told_, true))
      news_ = snapshots_->untold_keys();
    return {};
  }

  std::string news() const override { return news_; }

  std::string title() const override {
    const entries::Tally& tally = snapshots_->tally();
    std::string text = map_.describe() + ": " + number_text(tally.entries) +
                       (tally.entries == 1 ? " entry" : " entries");
    if (!snapshots_->can_compare()) return text;
    text += ", " + number_text(tally.changed) + " changed";
    if (tally.came != 0) text += ", " + number_text(tally.came) + " new";
    if (tally.gone != 0) text += ", " + number_text(tally.gone) + " gone";
    return text;
  }

  WatchRows& rows() override { return *view_; }

  std::string where() const override { return where_; }
  Status set_where(const std::string& where) override {
    TRY(snapshots_->set_where(where.empty() ? std::nullopt : std::optional(where)));
    where_ = where;
    return {};
  }

 private:
  Status watch(kernel::Map map) {
    entries::CounterOptions counters = counter_options(request_);
    counters.where = where_.empty() ? std::nullopt : std::optional(where_);
    auto looks =
        TRY(entries::MapSnapshots::make(std::move(map), map_options(request_, context_), counters));
    view_ = TRY(MapView::make(*looks, request_, context_.style));
    snapshots_ = std::move(looks);
    return {};
  }

  // An upgrade pins another map in the place of the one that is open here.
  Status follow_path() {
    Fd fd = TRY(kernel::open_pin_fd(map_.text, kernel::Access::read, kernel::Noun::map));
    const std::uint32_t before = snapshots_->map().info().id;
    const auto now = TRY(kernel::identify(fd.get(), kernel::Noun::map, map_.text));
    if (now.id == before) return {};
    kernel::Map map = TRY(kernel::adopt_map(std::move(fd), map_.text));
    TRY(watch(std::move(map)));
    news_ = map_.text + ": map id " + number_text(std::uint64_t{before}) +
            " was replaced by map id " + number_text(std::uint64_t{now.id});
    return {};
  }

  const cli::Request& request_;
  const Selector& map_;
  Context& context_;
  std::string where_;
  std::unique_ptr<entries::MapSnapshots> snapshots_;
  std::unique_ptr<MapView> view_;  // of snapshots_
  std::string news_;
  bool told_ = false;  // of keys that their printed form does not tell
};

Status run(const cli::Request& request, Context& context) {
  const WatchOptions asked = TRY(watch_options(request, context.style));
  WatchedMap watched(request, context);
  TRY(watched.open());
  return run_watch_loop(watched, asked, context);
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to watch"},
};
constexpr Option kOptions[] = {
    Option::interval, Option::count,    Option::once,     Option::where,      Option::sort,
    Option::top,      Option::counters, Option::gauges,   Option::bits,       Option::cpu,
    Option::gentle,   Option::btf,      Option::key_type, Option::value_type, Option::times};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map watch /sys/fs/bpf/xdp/stats", "packets and bytes a second of each XDP action"},
    {"bpfmaps map watch /sys/fs/bpf/xdp/stats --once --bits", "the same once, bytes as bit/s"},
    {"bpfmaps map watch /sys/fs/bpf/flows --sort bytes --top 10 --where 'dport == 443'",
     "the busiest flows to a port"},
    {"bpfmaps map watch /sys/fs/bpf/flows --jsonl --interval 10 | jq -c '[.ts, .key, .rate]'",
     "what changed, every ten seconds"},
};

}  // namespace

const cli::Command kMapWatch{
    .object = "map",
    .verb = "watch",
    .summary = "show how a map changes: values, changes and rates",
    .details =
        R"(Looks at the map every second, or every --interval (2, 0.5, 500ms, 1m), and shows each
value beside its change since the look before and its rate a second, by the clock at the moment of
each read. The first look is what the second one is compared with.

The unsigned integers of the value that have grown since it was started count, and so do those
in arrays, in their first 256 elements; --counters names those that do, --gauges those that do
not. Fields of 64 bits whose names speak of a time (`ns`, `ts`, `time`, `seen`, and no `total`
or `sum`) do not count unless --counters names them, and of the CPUs' values the latest is
taken. `--time last_seen=boot` shows one as a clock time and an age, by the clock that the
program reads: mono where none is said. An array or a struct stands for all that is in it. The
values of a per-CPU map are added up unless --cpu says otherwise; `--cpu each` has a row for
each CPU.

On a terminal it draws a screen: the entries with the highest rate first, or in the order of
--sort FIELD, each with its last 30 looks as a line of bars. Left and right choose another
column (the one with the `*`, or with the `^` where the least come first), `r` turns the order
round; up, down, page up, page down, home and end go through the rows, and enter shows the
record of one; `/` edits --where, `z` hides what does not move, `+` and `-` change the interval,
the space bar pauses, `?` lists the keys, `q` or Ctrl-C ends it. Columns for which there is no
room are left out, never the one that is sorted by. With --count the last screen stays.

Elsewhere, and with --once, it prints the entries that changed, a block for each look; with
--jsonl one object for each of them, with `ts`, the map's `id` and `path` (null where it was not
named by one), `key`, `value`, `delta` and `rate`; with --json an array of them, and with --csv
a line for each, where --once or --count ends it. Numbers in tables have a unit, k, M or G for
powers of 1000; in JSON they are exact.

A counter that is less than before has no rate and is marked `down`, unless it has just wrapped
around at its type's width. A new entry is marked `new`, one that was deleted `gone`.

A path is looked up again at each look. When another map is pinned there, a remark says so and
the new map is watched. When there is none, the screen waits for one; without a screen the exit
code is 3.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
