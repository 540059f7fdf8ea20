// SPDX-License-Identifier: BSD-2-Clause
// map list, map show MAP: what maps there are, and what one is.
#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/open_by_column.h"
#include "commands/shared/rings.h"
#include "commands/shared/select.h"
#include "commands/shared/unknown.h"
#include "entries/count.h"
#include "kernel/map/ring.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

// What cannot be counted says why: a map is not empty because nobody can look into it.
void add_entries(output::Record& record, const kernel::Map& map, kernel::ReadRate rate) {
  const auto entries = entries::count_entries(map, rate);
  if (!entries) {
    record.add("uncounted", entries.error().message());
    return;
  }
  record.add("entries", *entries);
  entries::add_fill(record, *entries, map.info());
}

void add_note(output::Record& record, const kernel::MapInfo& info, RingNotes& notes) {
  if (std::string note = notes.note(info.type, info.id); !note.empty())
    record.add("note", std::move(note));
}

Status list(const cli::Request& request, Context& context) {
  const OpenByColumn held_by(request, kernel::Noun::map, context);
  const kernel::PinIndex pins = kernel::all_pins();
  const bool counts = request.has(cli::Option::count_entries);
  const auto rate =
      request.has(cli::Option::gentle) ? kernel::ReadRate::gentle : kernel::ReadRate::fast;
  RingNotes notes;
  std::vector<output::Record> records;
  TRY(kernel::for_each_map(kernel::Access::read, [&](const kernel::Map& map) {
    records.push_back(describe(map, pins));
    add_note(records.back(), map.info(), notes);
    if (counts) add_entries(records.back(), map, rate);
    held_by.add_to(records.back(), map.info().id);
  }));
  std::vector<output::Column> columns = map_columns();
  if (counts)
    columns.insert(columns.end() - 1,
                   {{"entries", "entries"}, {"fill", "fill"}, {"uncounted", "uncounted"}});
  columns.push_back({"note", "note"});
  held_by.add_to(columns);
  remark_unknown(records, context);
  print_list(context.out, context.style, records, columns, "no maps");
  return {};
}

Status show(const cli::Request& request, Context& context) {
  const kernel::Map map = TRY(open_map(request.selector("MAP"), kernel::Access::read));
  output::Record record = describe(map, kernel::all_pins());
  RingNotes notes;
  add_note(record, map.info(), notes);
  const bool is_ring = kernel::is_ring(map.info().type);
  const bool asked = is_ring || request.has(cli::Option::pids);
  OpenByColumn(asked, kernel::Noun::map, context).add_to(record, map.info().id);
  print_one(context.out, context.style, record);
  if (is_ring && context.style.is_table())
    context.remark("`bpfmaps map tail id " + std::to_string(map.info().id) +
                   "` shows its records and takes none");
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to show"},
};
constexpr cli::Option kListOptions[] = {cli::Option::count_entries, cli::Option::gentle,
                                        cli::Option::pids};
constexpr cli::Option kShowOptions[] = {cli::Option::pids};
constexpr cli::Example kListExamples[] = {
    {"bpfmaps map list", "every map in the kernel, and where it is pinned"},
    {"bpfmaps map list --count", "how full each of them is, too"},
    {"bpfmaps map list --json | jq '.[]|select(.pinned==[])'", "maps without a pin"},
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
        "Ids may be listed only with CAP_SYS_ADMIN. Without it a map can be shown by the path of "
        "its pin.\n\n"
        "--count adds how many entries each map has and their ratio to what it can hold, or why "
        "they cannot be counted. The kernel keeps no count: every map is read.\n\n"
        "`note` tells ring buffers that no loaded program uses.",
    .operands = {},
    .options = kListOptions,
    .examples = kListExamples,
    .run = list,
};

const cli::Command kMapShow{
    .object = "map",
    .verb = "show",
    .summary = "show what one map is",
    .details =
        "Shows its type, sizes, flags, memory and pins. A name that several maps bear is refused "
        "with their ids. A ring buffer tells how far it is written "
        "and read, how many bytes wait in it, who has it open, and where no loaded program uses "
        "it; "
        "this takes nothing out.",
    .operands = kOperands,
    .options = kShowOptions,
    .examples = kShowExamples,
    .run = show,
};

}  // namespace bpfmaps::commands
