// SPDX-License-Identifier: BSD-2-Clause
// map count MAP: how many entries there are, without formatting one.
#include "commands/records.h"
#include "commands/shared/map_options.h"
#include "entries/count.h"
#include "entries/dump_query.h"
#include "entries/pipeline.h"
#include "entries/saved_map.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

struct Counted {
  std::uint64_t entries = 0, matching = 0;
  std::string changed = {};  // what to remark of a map that changed meanwhile
};

// One thread's counts.
struct Counter {
  layout::Matcher matcher;
  Counted counted = {};

  void add(const Entries& entries, std::uint64_t) {
    counted.entries += entries.count;
    for (std::uint32_t i = 0; i < entries.count; ++i)
      if (matcher.fits(entries.keys == nullptr ? nullptr : entries.key(i), entries.value(i)))
        ++counted.matching;
  }
};

Result<Counted> count_matching(const entries::TypedMap& typed, const layout::Query& query) {
  const auto source = TRY(open_source(typed));
  Counted all;
  TRY(gather(
      *source, typed, nullptr, [&] { return Counter{layout::Matcher(query)}; },
      [&](const Counter& some) {
        all.entries += some.counted.entries;
        all.matching += some.counted.matching;
      }));
  all.changed = entries::change_text(*source);
  return all;
}

Result<Counted> count_all(const entries::TypedMap& typed) {
  Counted all;
  if (typed.saved) return all.entries = typed.saved->count, all;
  all.entries = TRY(entries::count_entries(typed.map, typed.rate, &all.changed));
  return all;
}

void remark_on_changes(const Counted& counted, const kernel::MapInfo& info,
                       const entries::Remark& remark) {
  if (!counted.changed.empty()) remark(counted.changed);
  if (info.max_entries != 0 && counted.entries > info.max_entries)
    remark("the map changed while it was counted: it never held " +
           std::to_string(counted.entries) + " entries at one time, since it holds at most " +
           std::to_string(info.max_entries) +
           "; entries that came and went meanwhile are counted "
           "too");
}

// Adds what was counted of one map to its record; what there is to remark comes later.
Result<Counted> count(const entries::TypedMap& typed, const entries::DumpQuery& asked,
                      const entries::Remark& remark, output::Record& record) {
  Counted counted = TRY(asked.query ? count_matching(typed, *asked.query) : count_all(typed));
  TRY(entries::tell_gap(typed, asked.query.has_value(), remark));
  if (asked.query) record.add("matching", counted.matching);
  record.add("entries", counted.entries).add("max_entries", typed.map.info().max_entries);
  entries::add_fill(record, counted.entries, typed.map.info());
  return counted;
}

constexpr output::Column kMap{"map", "map"}, kMatching{"matching", "matching"},
    kEntries{"entries", "entries"}, kMost{"max_entries", "max_entries"}, kFill{"fill", "fill"};

Status run(const cli::Request& request, Context& context) {
  const NamedMaps named = TRY(named_maps(request));
  std::vector<output::Record> records;
  std::vector<std::function<void()>> remarks;
  for (const cli::Selector& map : named.maps) {
    const entries::MapOptions options = map_options(request, map, named.several, context);
    const auto typed = TRY(open_map_or_file(map, options));
    auto asked = dump_query_from(request, *typed);
    if (!asked && named.several && asked.error().kind == Kind::usage)
      asked.error().context = map.describe() + ": " + asked.error().context;
    const entries::DumpQuery query = TRY(std::move(asked));
    output::Record& record = records.emplace_back();
    if (named.several) record.add("map", map.describe());
    const Counted counted = TRY(count(*typed, query, options.remark, record));
    remarks.emplace_back([counted, info = typed->map.info(), remark = options.remark] {
      remark_on_changes(counted, info, remark);
    });
  }
  if (named.several) {
    std::vector<output::Column> columns = {kMap, kMatching, kEntries, kMost, kFill};
    if (!request.has(Option::where)) columns.erase(columns.begin() + 1);
    print_list(context.out, context.style, records, columns, "");
  } else {
    print_one(context.out, context.style, records[0]);
  }
  for (const auto& remark : remarks) remark();
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map_or_file, Count::many,
     "the maps to read, files they are saved in, or a pattern of paths"},
};
constexpr Option kOptions[] = {Option::where, Option::cpu,      Option::gentle,
                               Option::btf,   Option::key_type, Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map count /sys/fs/bpf/flows", "how full the map is"},
    {"bpfmaps map count /sys/fs/bpf/flows --where 'dport == 443' --json",
     "how many flows go to a port"},
    {"bpfmaps map count '/sys/fs/bpf/tenant_*'", "how full several maps are, a line for each"},
};

}  // namespace

const cli::Command kMapCount{
    .object = "map",
    .verb = "count",
    .summary = "count the entries of a map",
    .details =
        R"(Prints how many entries the map has, how many it can have, and the ratio of the two.
The kernel keeps no count: entries are read, but none is formatted. Those of a map that changes
meanwhile are not counted at one time: each that stays is counted once, one that comes or goes may
be or not, and so there can be more than the map ever held at once; a remark says so where that
shows. With --where it prints how many of them fit, too. The entries of an array are always all
there. `map list --entries` counts those of every map.

Several maps may be named, and a pattern in quotes stands for all pins of maps that match it,
such as '/sys/fs/bpf/tc/*'. The answer is a list then, and each part of it names its `map`.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
