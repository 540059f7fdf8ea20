// SPDX-License-Identifier: BSD-2-Clause
// prog list, prog show PROG: what programs are loaded, and what one is.
#include "commands/records.h"
#include "commands/shared/attached.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/metadata.h"
#include "commands/shared/open_by_column.h"
#include "commands/shared/select.h"
#include "commands/shared/unknown.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

/// What describe() leaves out because it takes more than a look at the program.
class Surroundings {
 public:
  Surroundings(const cli::Request& request, Context& context,
               const kernel::Attachments::Progs& progs)
      : context_(context),
        held_by_(request, kernel::Noun::prog, context),
        pins_(kernel::all_pins()),
        attached_(kernel::Attachments::find(progs)) {}

  /// `brief` says in few words where it is attached.
  output::Record describe(const kernel::Prog& prog, bool brief) {
    output::Record record = commands::describe(prog, pins_, names_);
    attached_.add_to(record, prog.info().id, prog.info().type, brief);
    add_metadata(record, prog);
    held_by_.add_to(record, prog.info().id);
    return record;
  }
  void add_to(std::vector<output::Column>& columns) const { held_by_.add_to(columns); }
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
  Surroundings surroundings(request, context, TRY(kernel::all_prog_types()));
  const bool is_table = context.style.is_table();
  std::vector<output::Record> records;
  TRY(kernel::for_each_prog(
      [&](const kernel::Prog& prog) { records.push_back(surroundings.describe(prog, is_table)); }));
  std::vector<output::Column> columns = {
      {"id", "id"},
      {"type", "type"},
      {"name", "name"},
      {"tag", "tag"},
      {"gpl_compatible", ""},
      {"loaded_at", "loaded_at"},
      {"uid", "uid"},
      {"bytes_xlated", "xlated"},
      {"jited", ""},
      {"bytes_jited", "jited"},
      {"bytes_memlock", "memory"},
      {"map_ids", "map_ids"},
      {"btf_id", ""},
      {"run_time_ns", ""},
      {"run_cnt", "run_cnt"},
      {"run_time_avg_ns", "run_time_avg_ns"},
      {"recursion_misses", ""},
      {"pinned", "pinned"},
      {"attached", "attached"},
      {"attached_unseen", ""},
      {"metadata", "metadata"},
  };
  surroundings.add_to(columns);
  remark_unknown(records, context);
  print_list(context.out, context.style, records, columns, "no programs");
  surroundings.remark();
  return {};
}

Status show(const cli::Request& request, Context& context) {
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  Surroundings surroundings(request, context, {{prog.info().id, prog.info().type}});
  print_one(context.out, context.style, surroundings.describe(prog, false));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program to show"},
};
constexpr cli::Option kOptions[] = {cli::Option::pids};
constexpr cli::Example kListExamples[] = {
    {"bpfmaps prog list", "every program in the kernel, where it is pinned and attached"},
    {"bpfmaps prog list --jsonl | jq -r 'select(.type==\"xdp\").name'", "names of XDP programs"},
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
    .options = kOptions,
    .examples = kListExamples,
    .run = list,
};

const cli::Command kProgShow{
    .object = "prog",
    .verb = "show",
    .summary = "show what one program is",
    .details =
        "All that the list says of one program. A name or tag that several programs bear is "
        "refused "
        "with their ids.",
    .operands = kOperands,
    .options = kOptions,
    .examples = kShowExamples,
    .run = show,
};

}  // namespace bpfmaps::commands
