// SPDX-License-Identifier: BSD-2-Clause
// map dump MAP: every entry of a map.
#include "commands/records.h"
#include "commands/stream.h"
#include "commands/typed_map.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  const auto typed = TRY(open_typed_map(request, context, kernel::Access::read));
  const auto source = TRY(kernel::open_source(typed->map));
  const auto rows = layout::make_rows(typed->row_spec(), context.style);
  return stream(*source, *typed, *rows, context.out);
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to read"},
};
constexpr Option kOptions[] = {Option::cpu};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map dump pinned /sys/fs/bpf/xdp/stats", "packets and bytes of each XDP action"},
    {"bpfmaps map dump /sys/fs/bpf/xdp/stats --json --cpu sum", "the same for jq, CPUs added up"},
};

}  // namespace

const cli::Command kMapDump{
    .object = "map",
    .verb = "dump",
    .summary = "print every entry of a map",
    .details =
        "Reads the map in batches, as fast as the kernel hands entries out, and prints each entry "
        "by the types the map carries. Per-CPU maps show the value of each possible CPU, or one "
        "value with --cpu.\n\n"
        "An answer that is not whole is never well-formed: the JSON array stays open and the exit "
        "code is 1.",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
