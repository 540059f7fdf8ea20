// SPDX-License-Identifier: BSD-2-Clause
// prog detach PROG HOOK ...: a program away from where it runs, however it was attached.
#include "commands/records.h"
#include "commands/shared/attach_targets.h"
#include "commands/shared/context.h"
#include "commands/shared/select.h"
#include "kernel/link/attach.h"
#include "kernel/pin/pin.h"
#include "kernel/pin/walker.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

Status run(const cli::Request& request, Context&) {
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  const kernel::AttachTarget target = TRY(attach_target_from(request, prog));
  const auto detached = TRY(kernel::detach(prog, target));
  if (detached.empty()) return {};
  kernel::PinIndex pins = kernel::all_pins();
  for (const kernel::Detached& link : detached) {
    const auto& paths = pins[{kernel::Noun::link, link.id}];
    // A link that cannot be detached ends with its last pin, unless a process holds it.
    if (!link.detached && paths.empty()) return link.detached;
    for (const std::string& path : paths) TRY(kernel::unpin(path));
  }
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program"},
    {"", "HOOK", Takes::hook, Count::optional, "where it hooks in, as `prog attach` takes it"},
    {"", "MAP", Takes::map, Count::optional, "with sk_msg and sk_skb: the map of sockets"},
    {"dev", "IFACE", Takes::interface, Count::optional, "with xdp, tcx, netkit: the interface"},
    {"cgroup", "DIR", Takes::cgroup, Count::optional, "with cgroup hooks: the cgroup"},
    {"event", "NAME", Takes::event, Count::optional,
     "the raw_tracepoint's name, or the tracepoint's CATEGORY/NAME"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog detach /sys/fs/bpf/xdp/xdp_stats_pass xdp dev eth0", "and its link's pin goes"},
};

}  // namespace

const cli::Command kProgDetach{
    .object = "prog",
    .verb = "detach",
    .summary = "detach a program from where it runs",
    .details =
        "Whether it was attached by a link or by other means. A link is removed with its pins; "
        "one that the kernel cannot detach, such as a tracepoint's, ends when no process holds it "
        "either. A program that is not the one attached there is refused.",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
