// SPDX-License-Identifier: BSD-2-Clause
// pin rm PATH...: remove pins, one or whole trees of them.
#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/pin_filter.h"
#include "commands/shared/pins.h"
#include "kernel/pin/remove.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;
using kernel::PinEntry;

Status run(const cli::Request& request, Context& context) {
  const bool dry = request.has(Option::dry_run);
  const PinFilter filter = TRY(PinFilter::from(request));
  if (!filter.remark().empty()) context.remark(filter.remark());
  const kernel::RemovalOptions options{
      .recursive = request.has(Option::recursive),
      .wants = [&](const PinEntry& entry) { return filter.wants(entry); }};
  // Each path is looked at before the first is touched: a refusal leaves everything as it was.
  std::vector<kernel::RemovalPlan> plans;
  for (const cli::Given* path : request.all("PATH"))
    plans.push_back(TRY(kernel::plan_removal(path->words.front(), options)));

  std::vector<output::Record> records;
  Status first_failure;
  for (kernel::RemovalPlan& plan : plans) {
    if (!dry) kernel::carry_out(plan);
    for (kernel::Removal& removal : plan.removals) {
      // Of the errors of an entry, the one that matters here is why it stays.
      removal.entry.error = removal.result ? Error{} : removal.result.error();
      output::Record record = pin_record(removal.entry);
      record.add("removed", !dry && removal.result.has_value());
      records.push_back(std::move(record));
      if (!removal.result && first_failure) first_failure = removal.result;
    }
  }
  output::print_list(context.out, context.style, records,
                     {{"path", "path"},
                      {"kind", "kind"},
                      {"id", "id"},
                      {"name", "name"},
                      {"removed", "removed"},
                      {"error", "error"}},
                     "nothing to remove");
  if (dry) context.remark("this was a dry run: nothing is removed");
  return first_failure;
}

constexpr Operand kOperands[] = {
    {"", "PATH", Takes::pin, Count::many, "a pin, or with -r a directory in a BPF file system"},
};
constexpr Option kOptions[] = {Option::recursive,  Option::maps_only, Option::programs_only,
                               Option::links_only, Option::orphans,   Option::stale,
                               Option::dry_run};
constexpr cli::Example kExamples[] = {
    {"bpfmaps pin rm /sys/fs/bpf/xdp/stats", "one pin"},
    {"bpfmaps pin rm -r /sys/fs/bpf/xdp --dry-run", "what removing a folder would take away"},
    {"bpfmaps pin rm -r /sys/fs/bpf/xdp --links-only", "detach what only its pin keeps attached"},
    {"bpfmaps pin rm -r /sys/fs/bpf/xdp --orphans",
     "what nothing uses, and directories left empty"},
};

}  // namespace

const cli::Command kPinRm{
    .object = "pin",
    .verb = "rm",
    .summary = "remove pins",
    .details =
        R"(Removes pins, and only in a BPF file system. An object lives on while anything else
holds it; a link that only its pin keeps is detached.

With -r a directory is removed with all that is in it. Symbolic links in it are removed, not
followed; mount points are not entered. With --maps-only, --programs-only, --links-only,
--orphans or --stale, which mean what they do in `pin list`, all other pins stay, and so do the
directories that hold them; directories that are left empty are removed.

Every PATH is looked at first: where one is missing or is a directory without -r, nothing is
removed. What was removed is printed.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
