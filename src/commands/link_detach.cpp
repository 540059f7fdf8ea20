// SPDX-License-Identifier: BSD-2-Clause
// link detach LINK: takes the program away from where the link holds it, now.
#include "commands/records.h"
#include "commands/shared/changed.h"
#include "commands/shared/context.h"
#include "commands/shared/select.h"
#include "kernel/link/link_change.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  const cli::Selector& selector = request.selector("LINK");
  const kernel::Link link = TRY(open_link(selector));
  TRY(kernel::detach_link(link, "link " + selector.describe()));
  print_change(context, output::Record().add("id", link.info().id).add("detached", true));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "LINK", Takes::link, Count::one, "the link to detach"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps link detach pinned /sys/fs/bpf/xdp/link", "stop the program from receiving packets"},
};

}  // namespace

const cli::Command kLinkDetach{
    .object = "link",
    .verb = "detach",
    .summary = "take a program away from where a link holds it",
    .details =
        R"(The link itself stays, attached to nothing, until its last pin and descriptor are gone.
The kernel detaches links of cgroups, network namespaces and interfaces; those of tracing end only
with their last pin and descriptor.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
