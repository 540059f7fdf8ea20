// SPDX-License-Identifier: BSD-2-Clause
// link update LINK prog PROG [old PROG]: another program into a link, in one step.
#include <optional>

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
  const kernel::Prog prog = TRY(open_prog(request.selector("prog")));
  std::optional<kernel::Prog> old;
  if (request.find("old") != nullptr) old = TRY(open_prog(request.selector("old")));
  TRY(kernel::update_link(link, prog, old ? &*old : nullptr, "link " + selector.describe()));
  print_change(context, output::Record().add("id", link.info().id).add("prog_id", prog.info().id));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "LINK", Takes::link, Count::one, "the link to update"},
    {"prog", "PROG", Takes::prog, Count::one, "the program that it will hold"},
    {"old", "PROG", Takes::prog, Count::optional, "only if it holds that program now"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps link update /sys/fs/bpf/xdp/link prog /sys/fs/bpf/xdp/v2", "an upgrade in one step"},
    {"bpfmaps link update id 3 prog id 12 old id 9", "unless somebody else was faster"},
};

}  // namespace

const cli::Command kLinkUpdate{
    .object = "link",
    .verb = "update",
    .summary = "put another program into a link, in one step",
    .details =
        R"(The swap is atomic: each event runs the old or the new program. This is how a program
is upgraded. The link keeps its id, its pins and its place. With `old` nothing changes unless the
link holds that program at that moment.

Both programs must be of one type. Links of XDP, tcx, netkit, cgroups, network namespaces, maps
of sockets and iterators can be updated; those of tracing cannot.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
