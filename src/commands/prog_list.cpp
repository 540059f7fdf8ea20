// SPDX-License-Identifier: BSD-2-Clause
// prog list, prog show PROG: what programs are loaded, and what one is.
#include "commands/attached.h"
#include "commands/context.h"
#include "commands/describe.h"
#include "commands/metadata.h"
#include "commands/records.h"
#include "commands/select.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

Status list(const cli::Request&, Context& context) {
  const kernel::PinIndex pins = kernel::all_pins();
  kernel::ProgNames names;
  std::vector<output::Record> records;
  TRY(kernel::for_each_prog(
      [&](const kernel::Prog& prog) { records.push_back(describe(prog, pins, names)); }));
  const std::vector<output::Column> columns = {
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
  };
  print_list(context.out, context.style, records, columns, "no programs");
  return {};
}

Status show(const cli::Request& request, Context& context) {
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  kernel::ProgNames names;
  output::Record record = describe(prog, kernel::all_pins(), names);
  if (auto places = attached(prog.info().id))
    record.add("attached", *std::move(places));
  else
    context.remark("where it is attached is not known: " + places.error().message());
  if (auto metadata = metadata_of(prog); !metadata.empty())
    record.add("metadata", std::move(metadata));
  print_one(context.out, context.style, record);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program to show"},
};
constexpr cli::Example kListExamples[] = {
    {"bpfmaps prog list", "every program in the kernel, and where it is pinned"},
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
        "Ids may be listed only with CAP_SYS_ADMIN. Without it a program can be shown by the path "
        "of its pin.",
    .operands = {},
    .options = {},
    .examples = kListExamples,
    .run = list,
};

const cli::Command kProgShow{
    .object = "prog",
    .verb = "show",
    .summary = "show what one program is",
    .details =
        "Beside what the list says: where the program is attached, by links and on the interfaces "
        "of this network namespace, and its bpf_metadata_ variables. A name or tag that several "
        "programs bear is refused with their ids.",
    .operands = kOperands,
    .options = {},
    .examples = kShowExamples,
    .run = show,
};

}  // namespace bpfmaps::commands
