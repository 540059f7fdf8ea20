// SPDX-License-Identifier: BSD-2-Clause
// map freeze MAP: keeps user space from writing to a map.
#include "commands/records.h"
#include "commands/shared/changed.h"
#include "commands/shared/select.h"
#include "kernel/map/writer.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  const kernel::Map map = TRY(open_map(request.selector("MAP"), kernel::Access::write));
  Status frozen = kernel::freeze(map);
  if (!frozen) frozen.error().subject = request.selector("MAP").describe();
  if (frozen) print_change(context, output::Record().add("id", map.info().id).add("frozen", true));
  return frozen;
}

constexpr Operand kOperands[] = {{"", "MAP", Takes::map, Count::one, "the map to freeze"}};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map freeze /sys/fs/bpf/xdp/policy", "the policy is final"},
};

}  // namespace

const cli::Command kMapFreeze{
    .object = "map",
    .verb = "freeze",
    .summary = "keep user space from ever writing to a map again",
    .details =
        R"(Programs can still write to it, and everybody who may can read it. This cannot be
undone.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
