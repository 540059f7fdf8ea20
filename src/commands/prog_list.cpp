// SPDX-License-Identifier: BSD-2-Clause
// prog list, prog show PROG: what programs are loaded, and what one is.
#include <optional>
#include <utility>

#include "commands/records.h"
#include "commands/shared/attached.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/list_columns.h"
#include "commands/shared/list_query.h"
#include "commands/shared/metadata.h"
#include "commands/shared/open_by_column.h"
#include "commands/shared/pin_lookup.h"
#include "commands/shared/select.h"
#include "commands/watch/list_view.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

/// All that a program tells of itself. Where it is attached is asked for all programs at once.
output::Record describe(const kernel::Prog& prog, const kernel::PinIndex& pins,
                        kernel::ProgNames& names) {
  output::Record record = commands::describe(prog, pins, names);
  add_metadata(record, prog);
  return record;
}

Status list(const cli::Request& request, Context& context) {
  ListQuery query = TRY(ListQuery::from(request, prog_list_columns()));
  const auto watch = TRY(list_watch_options(request, context.style));
  const bool asks_pids = request.has(cli::Option::pids) || query.names("pids");
  if (!asks_pids) query.without("pids");
  const bool is_table = context.style.is_table();
  bool told = false;
  std::optional<AttachedFields> gap;  // what it says comes behind the list
  const auto collect = [&]() -> Result<std::vector<output::Record>> {
    const auto pins = TRY(pins_for_list(request, query, kernel::nouns({kernel::Noun::prog})));
    kernel::ProgNames names;
    std::vector<output::Record> records;
    std::vector<std::uint32_t> ids;
    kernel::Attachments::Progs types;
    TRY(kernel::for_each_prog([&](const kernel::Prog& prog) {
      records.push_back(describe(prog, pins, names));
      ids.push_back(prog.info().id);
      types[prog.info().id] = prog.info().type;
    }));
    AttachedFields attached(kernel::Attachments::find(types));
    const OpenByColumn held_by(asks_pids, kernel::Noun::prog, context);
    for (std::size_t i = 0; i < records.size(); ++i) {
      attached.add_to(records[i], ids[i], types[ids[i]], is_table);
      held_by.add_to(records[i], ids[i]);
    }
    if (watch && !std::exchange(told, true)) attached.remark(context);
    if (!watch) gap.emplace(std::move(attached));
    return records;
  };
  if (!watch) {
    std::vector<output::Record> records = TRY(collect());
    TRY(query.print(std::move(records), context, "no programs"));
    gap->remark(context);
    return {};
  }
  WatchedList watched(query, collect, "program", "id", context.style);
  return run_watch_loop(watched, *watch, context);
}

Status show(const cli::Request& request, Context& context) {
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  const std::uint32_t id = prog.info().id, type = prog.info().type;
  kernel::ProgNames names;
  output::Record record = describe(
      prog, pins_for_show(request, "PROG", kernel::Noun::prog, id, prog.info().name), names);
  AttachedFields(kernel::Attachments::find({{id, type}})).add_to(record, id, type, false);
  OpenByColumn(request.has(cli::Option::pids), kernel::Noun::prog, context).add_to(record, id);
  print_one(context.out, context.style, record);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program to show"},
};
constexpr auto& kOfList = kWatchedListOptions<cli::Option::pids, cli::Option::no_pins>;
constexpr cli::Option kOptions[] = {cli::Option::pids, cli::Option::no_pins};
constexpr cli::Example kListExamples[] = {
    {"bpfmaps prog list", "every program in the kernel, where it is pinned and attached"},
    {"bpfmaps prog list --where 'attached =~ \"eth0\"'", "what is attached to one interface"},
    {"bpfmaps prog list --top 5 --sort run_time_ns --fields id,name,run_time_ns",
     "where the time goes"},
    {"bpfmaps prog list --where '7 in map_ids'", "the programs that use map 7"},
    {"bpfmaps prog list --watch", "which programs come, go and run"},
};
constexpr cli::Example kShowExamples[] = {
    {"bpfmaps prog show name xdp_stats_pass", "one program, and where it is attached"},
    {"bpfmaps prog show pinned /sys/fs/bpf/xdp/xdp_stats_pass --json", "one JSON object"},
};

}  // namespace

const cli::Command kProgList{
    .object = "prog",
    .verb = "list",
    .summary = "list the programs in the kernel",
    .details =
        R"(Names are whole where the program carries types; the kernel itself keeps 15 bytes of
them. Run times are counted only while kernel.bpf_stats_enabled is set.

`attached` tells every place, by links and without: network interfaces (XDP, tcx, netkit,
filters and actions of traffic control) of all network namespaces that can be entered; cgroups;
maps of sockets; perf events that processes hold, for tracing programs that run nowhere else;
registered struct_ops; maps that call the program. `netns` says which other network namespace a
place is in. `attached_unseen` lists where a program of that type may run that could not be
looked at; a table then shows ? where nothing was found.

--watch lists again and again on a screen, as `map list --watch` does.

--pids adds the processes that have a program open, for which every descriptor of every process
is looked at.

Ids may be listed only with CAP_SYS_ADMIN. Without it a program can be shown by the path of its
pin.)",
    .operands = {},
    .options = kOfList,
    .examples = kListExamples,
    .run = list,
};

const cli::Command kProgShow{
    .object = "prog",
    .verb = "show",
    .summary = "show what one program is",
    .details =
        R"(Shows all that the list says about one program. Where several programs have the name or
tag, the command is refused and lists their ids.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kShowExamples,
    .run = show,
};

}  // namespace bpfmaps::commands
