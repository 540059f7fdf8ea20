// SPDX-License-Identifier: BSD-2-Clause
// pin mv OLD NEW: another name for a pin, or for a directory of them.
#include "commands/records.h"
#include "commands/shared/changed.h"
#include "commands/shared/context.h"
#include "kernel/pin/pin.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  const std::string from(request.word("OLD")), to(request.word("NEW"));
  TRY(kernel::move_pin(from, to));
  print_change(context, output::Record().add("old", from).add("path", to));
  return {};
}

constexpr cli::Operand kOperands[] = {
    {"", "OLD", Takes::pin, Count::one, "a pin, or a directory in a BPF file system"},
    {"", "NEW", Takes::pin_path, Count::one, "its new path, where there is nothing yet"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps pin mv /sys/fs/bpf/xdp/stats /sys/fs/bpf/xdp/stats_old",
     "out of the way of a new one"},
};

}  // namespace

const cli::Command kPinMv{
    .object = "pin",
    .verb = "mv",
    .summary = "move a pin, or a directory of them",
    .details =
        R"(The object is pinned throughout: within one BPF file system it is one step, and into
another one the new pin is made before the old one is removed. Nothing is replaced: where NEW
exists, even as a directory, the command is refused. Owner and mode are kept.

Programs and processes that have the object keep it; whoever opens OLD from then on does not
find it.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
