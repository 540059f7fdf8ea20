// SPDX-License-Identifier: BSD-2-Clause
// map list, map show MAP: what maps there are, and what one is.
#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/list_columns.h"
#include "commands/shared/list_query.h"
#include "commands/shared/map_options.h"
#include "commands/shared/open_by_column.h"
#include "commands/shared/pin_lookup.h"
#include "commands/shared/rings.h"
#include "commands/shared/select.h"
#include "commands/watch/list_view.h"
#include "entries/count.h"
#include "entries/saved_map.h"
#include "kernel/map/ring.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

// What cannot be counted says why: a map is not empty because nobody can look into it. The fields
// are always there, since scripts fall over one that sometimes is missing.
void add_entries(output::Record& record, const kernel::Map& map, kernel::ReadRate rate) {
  const auto entries = entries::count_entries(map, rate);
  record.add("entries", entries ? output::Value(*entries) : output::Value());
  if (entries && map.info().max_entries != 0)
    entries::add_fill(record, *entries, map.info());
  else
    record.add("fill", output::Value());
  record.add("uncounted", entries ? output::Value() : output::Value(entries.error().message()));
}

// An array is always full, which says nothing of how it fills.
bool never_fills(const kernel::Map& map) { return kernel::is_array(map.info().type); }

Status list(const cli::Request& request, Context& context) {
  ListQuery query = TRY(ListQuery::from(request, map_list_columns()));
  const auto watch = TRY(list_watch_options(request, context.style));
  const bool counts = watch || request.has(Option::entries) || query.names("entries") ||
                      query.names("fill") || query.names("uncounted");
  const bool asks_pids = request.has(Option::pids) || query.names("pids");
  if (watch && !query.names("uncounted")) query.without("uncounted");
  if (!counts)
    for (const char* field : {"entries", "fill", "uncounted"}) query.without(field);
  if (!asks_pids) query.without("pids");
  const bool gentle = watch || request.has(Option::gentle);
  const auto rate = gentle ? kernel::ReadRate::gentle : kernel::ReadRate::fast;
  const auto collect = [&]() -> Result<std::vector<output::Record>> {
    const OpenByColumn held_by(asks_pids, kernel::Noun::map, context);
    const kernel::PinIndex pins =
        TRY(pins_for_list(request, query, kernel::nouns({kernel::Noun::map})));
    RingNotes notes;
    std::vector<output::Record> records;
    TRY(kernel::for_each_map(kernel::Access::read, [&](const kernel::Map& map) {
      records.push_back(describe(map, pins));
      notes.add_to(records.back(), map.info().type, map.info().id);
      if (counts && !(watch && never_fills(map))) add_entries(records.back(), map, rate);
      held_by.add_to(records.back(), map.info().id);
    }));
    return records;
  };
  if (!watch) return query.print(TRY(collect()), context, "no maps");
  if (request.has(Option::no_pins)) query.without("pinned");
  WatchedList watched(query, collect, "map", "id", context.style);
  return run_watch_loop(watched, *watch, context);
}

Status show_saved(const cli::Request& request, Context& context) {
  const auto typed = TRY(open_typed_map(request, context, kernel::Access::read));
  output::Record record = typed->saved->shown;
  record.add("entries", typed->saved->count).add("kernel", typed->saved->kernel);
  print_one(context.out, context.style, record);
  return {};
}

Status show(const cli::Request& request, Context& context) {
  const cli::Selector& selector = request.selector("MAP");
  if (selector.by == cli::Selector::By::pinned && entries::is_saved_map(selector.text))
    return show_saved(request, context);
  const kernel::Map map = TRY(open_map(request.selector("MAP"), kernel::Access::read));
  output::Record record = describe(
      map, pins_for_show(request, "MAP", kernel::Noun::map, map.info().id, map.info().name));
  RingNotes().add_to(record, map.info().type, map.info().id);
  const bool is_ring = kernel::is_ring(map.info().type);
  const bool asked = is_ring || request.has(Option::pids);
  OpenByColumn(asked, kernel::Noun::map, context).add_to(record, map.info().id);
  print_one(context.out, context.style, record);
  if (is_ring && context.style.is_table())
    context.remark("`bpfmaps map tail id " + std::to_string(map.info().id) +
                   "` shows its records and takes none");
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map_or_file, Count::one, "the map to show, or the file it is saved in"},
};
constexpr auto& kOfList =
    kWatchedListOptions<Option::entries, Option::gentle, Option::pids, Option::no_pins>;
constexpr Option kShowOptions[] = {Option::pids, Option::no_pins};
constexpr cli::Example kListExamples[] = {
    {"bpfmaps map list", "every map in the kernel, and where it is pinned"},
    {"bpfmaps map list --entries", "how full each of them is, too"},
    {"bpfmaps map list --where 'memory > 1M' --sort memory:desc --fields id,name,memory,pinned",
     "the great ones"},
    {"bpfmaps map list --where 'fill > 80%'", "those that are nearly full"},
    {"bpfmaps map list --where 'not pinned' --quiet", "ids of maps without a pin"},
    {"bpfmaps map list --watch --fields id,name,entries,fill", "which map fills"},
};
constexpr cli::Example kShowExamples[] = {
    {"bpfmaps map show pinned /sys/fs/bpf/xdp/stats", "one map, a line for each field"},
    {"bpfmaps map show name stats --json", "one JSON object"},
};

}  // namespace

const cli::Command kMapList{
    .object = "map",
    .verb = "list",
    .summary = "list the maps in the kernel",
    .details =
        R"(Ids may be listed only with CAP_SYS_ADMIN. Without it a map can be shown by the path of
its pin.

--entries adds how many entries each map has and their ratio to what it can hold, or why they
cannot be counted: then both are null. The kernel keeps no count: every map is read. So it is
where --where, --sort or --fields name `entries` or `fill`.

--watch lists again and again on a screen, as `map watch` does with entries: what fills, what
grows, what comes and goes. The entries of maps are counted gently, but those of arrays, which
are always full. Elsewhere it prints the rows that changed, a block for each look; --jsonl,
--json and --csv do, too.

`note` tells ring buffers that no loaded program uses.)",
    .operands = {},
    .options = kOfList,
    .examples = kListExamples,
    .run = list,
};

const cli::Command kMapShow{
    .object = "map",
    .verb = "show",
    .summary = "show what one map is",
    .details =
        R"(Shows its type, sizes, flags, memory and pins. Where there are very many pins, not all
of them are opened: `unknown` says so, and -f opens all. Where several maps have the name, the
command is refused and lists their ids. Of a ring buffer it shows how far it is written and read,
how many bytes wait in it, who has it open, and whether a loaded program uses it; no record is
taken out.)",
    .operands = kOperands,
    .options = kShowOptions,
    .examples = kShowExamples,
    .run = show,
};

}  // namespace bpfmaps::commands
