// SPDX-License-Identifier: BSD-2-Clause
// prog list, prog show PROG: what programs are loaded, and what one is.
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

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

/// What describe() leaves out because it takes more than a look at the program.
class Surroundings {
 public:
  Surroundings(bool asks_pids, Context& context, const kernel::Attachments::Progs& progs,
               kernel::PinIndex pins)
      : context_(context),
        held_by_(asks_pids, kernel::Noun::prog, context),
        pins_(std::move(pins)),
        attached_(kernel::Attachments::find(progs)) {}

  /// `brief` says in few words where it is attached.
  output::Record describe(const kernel::Prog& prog, bool brief) {
    output::Record record = commands::describe(prog, pins_, names_);
    attached_.add_to(record, prog.info().id, prog.info().type, brief);
    add_metadata(record, prog);
    held_by_.add_to(record, prog.info().id);
    return record;
  }
  /// Says what could not be told; to be called when all are described.
  void remark() const { attached_.remark(context_); }

 private:
  Context& context_;
  const OpenByColumn held_by_;
  const kernel::PinIndex pins_;
  kernel::ProgNames names_;
  AttachedFields attached_;
};

Status list(const cli::Request& request, Context& context) {
  ListQuery query = TRY(ListQuery::from(request, prog_list_columns()));
  const bool asks_pids = request.has(cli::Option::pids) || query.names("pids");
  if (!asks_pids) query.without("pids");
  Surroundings surroundings(
      asks_pids, context, TRY(kernel::all_prog_types()),
      TRY(pins_for_list(request, query, kernel::nouns({kernel::Noun::prog}))));
  const bool is_table = context.style.is_table();
  std::vector<output::Record> records;
  TRY(kernel::for_each_prog(
      [&](const kernel::Prog& prog) { records.push_back(surroundings.describe(prog, is_table)); }));
  TRY(query.print(std::move(records), context, "no programs"));
  surroundings.remark();
  return {};
}

Status show(const cli::Request& request, Context& context) {
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  const bool asks_pids = request.has(cli::Option::pids);
  Surroundings surroundings(
      asks_pids, context, {{prog.info().id, prog.info().type}},
      pins_for_show(request, "PROG", kernel::Noun::prog, prog.info().id, prog.info().name));
  print_one(context.out, context.style, surroundings.describe(prog, false));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program to show"},
};
constexpr auto& kOfList = kListOptions<cli::Option::pids, cli::Option::no_pins>;
constexpr cli::Option kOptions[] = {cli::Option::pids, cli::Option::no_pins};
constexpr cli::Example kListExamples[] = {
    {"bpfmaps prog list", "every program in the kernel, where it is pinned and attached"},
    {"bpfmaps prog list --where 'attached =~ \"eth0\"'", "what is attached to one interface"},
    {"bpfmaps prog list --top 5 --sort run_time_ns --fields id,name,run_time_ns",
     "where the time goes"},
    {"bpfmaps prog list --where '7 in map_ids'", "the programs that use map 7"},
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
        "Names are whole where the program carries types; the kernel itself keeps 15 bytes of "
        "them. Run times are counted only while kernel.bpf_stats_enabled is set.\n\n"
        "`attached` tells every place, by links and without: network interfaces (XDP, tcx, netkit, "
        "filters and actions of traffic control) of all network namespaces that can be entered; "
        "cgroups; maps of sockets; perf events that processes hold, for tracing programs that "
        "run nowhere else; registered struct_ops; maps that call the program. `netns` says which "
        "other network namespace a place is in. `attached_unseen` lists where a program of that "
        "type may run that could not be looked at; a table then shows ? where nothing was "
        "found.\n\n"
        "--pids adds the processes that have a program open, for which every descriptor of every "
        "process is looked at.\n\n"
        "Ids may be listed only with CAP_SYS_ADMIN. Without it a program can be shown by the path "
        "of its pin.",
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
        "Shows all that the list says about one program. Where several programs have the name or "
        "tag, the command is refused and lists their ids.",
    .operands = kOperands,
    .options = kOptions,
    .examples = kShowExamples,
    .run = show,
};

}  // namespace bpfmaps::commands
