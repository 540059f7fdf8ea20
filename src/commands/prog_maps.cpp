// SPDX-License-Identifier: BSD-2-Clause
// prog maps PROG: the maps that a program uses.
#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/list_columns.h"
#include "commands/shared/select.h"
#include "commands/shared/unknown.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  const kernel::PinIndex pins = kernel::all_pins(kernel::nouns({kernel::Noun::map}));
  std::vector<output::Record> records;
  for (const std::uint32_t id : prog.info().map_ids)
    records.push_back(describe(TRY(kernel::map_by_id(id, kernel::Access::read)), pins));
  remark_unknown(records, context);
  print_list(context.out, context.style, records, map_columns(), "no maps");
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog maps name xdp_stats_pass", "what it reads and writes, and where that is pinned"},
    {"bpfmaps prog maps id 7 --jsonl | jq -r '.pinned[]'", "the pins alone"},
};

}  // namespace

const cli::Command kProgMaps{
    .object = "prog",
    .verb = "maps",
    .summary = "list the maps that a program uses",
    .details =
        R"(Shows what map list does, of the program's maps alone: those in its code, and those
that were bound to it. Maps inside maps are not the program's. Opening a map by its id takes
CAP_SYS_ADMIN.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
