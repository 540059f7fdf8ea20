// SPDX-License-Identifier: BSD-2-Clause
// prog attach PROG HOOK ...: a program to where it runs.
#include "commands/records.h"
#include "commands/shared/attach_targets.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/kept.h"
#include "commands/shared/select.h"
#include "kernel/link/attach.h"
#include "kernel/names.h"
#include "kernel/pin/pin_set.h"
#include "kernel/pin/walker.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;
using kernel::AttachTarget;

/// Where the link goes: `pin PATH`, else beside the program's own pin.
Result<std::string> link_path(const cli::Request& request, const AttachTarget& target) {
  if (request.find("pin") != nullptr) return std::string(request.word("pin"));
  const cli::Selector& prog = request.selector("PROG");
  if (prog.by == cli::Selector::By::pinned) return prog.text + "_" + target_label(target);
  return fail(Error::usage("a program that is not named by its pin needs a pin for its link",
                           "add `pin PATH`: without a pin it would detach at once"));
}

/// The program to replace: a pin may also be that of the link that holds it.
Result<kernel::Prog> open_old(const cli::Selector& selector) {
  if (selector.by != cli::Selector::By::pinned) return open_prog(selector);
  kernel::Pinned pinned = TRY(kernel::open_pin(selector.text));
  if (const auto* link = std::get_if<kernel::Link>(&pinned))
    return kernel::prog_by_id(link->info().prog_id);
  return open_prog(selector);
}

Status check_old(const cli::Request& request) {
  for (const char* other : {"mode", "pin"}) {
    if (request.find(other) == nullptr) continue;
    return fail(Error::usage("`old` and `" + std::string(other) + "` do not go together",
                             "a program takes over the mode, link and pins of the old one"));
  }
  return {};
}

/// Attaches by a link that outlives this command, or not at all.
Result<std::optional<kernel::Link>> attach_and_pin(const cli::Request& request,
                                                   const kernel::Prog& prog,
                                                   const AttachTarget& target) {
  const std::string path = TRY(link_path(request, target));
  auto link = TRY(kernel::attach(prog, target, kernel::xdp_mode_from_name(request.word("mode"))));
  if (!link) return link;
  // Where it cannot be pinned the link closes, which detaches.
  kernel::PinSet pins;
  TRY(pins.need_directory(kernel::parent_of(path)));
  TRY(pins.add(link->fd(), path));
  pins.keep();
  return link;
}

/// What the link says of where it is; where it does not, what was asked for.
void add_place(output::Record& record, const AttachTarget& target,
               const std::optional<kernel::Link>& link) {
  if (!link) return add_facts(record, target.facts);
  const auto facts = kernel::link_facts(*link);
  add_facts(record, facts ? *facts : target.facts);
  if (!facts) record.unknown("attach_type", facts.error().message());
}

void print(const kernel::Prog& prog, const AttachTarget& target,
           const std::optional<kernel::Link>& link, Context& context) {
  output::Record record;
  if (link) record.add("id", link->info().id);
  record.add("type", link ? kernel::link_type_name(link->info().type) : target.hook.name);
  record.add("prog_id", prog.info().id);
  add_place(record, target, link);
  if (target.hook.name == "xdp") {
    const auto attached = kernel::xdp_attached(target.interface);
    if (!attached) record.unknown("mode", attached.error().message());
    for (const kernel::XdpAttached& one : attached.value_or(std::vector<kernel::XdpAttached>()))
      if (one.prog_id == prog.info().id) record.add("mode", kernel::xdp_mode_name(one.mode));
  }
  if (link) add_pins(record, kernel::all_pins(), kernel::Noun::link, link->info().id);
  output::print_one(context.out, context.style, record);
}

/// Fails where a program on a map of sockets, which no link holds, goes when this command ends.
Status check_lasts(const cli::Request& request, const AttachTarget& target, Context& context) {
  if (target.hook.of != kernel::Hook::Of::sockets) return {};
  const auto map = TRY(kernel::identify(target.fd.get(), kernel::Noun::map, target.where));
  return check_kept(map.id, request.selector("MAP"), "attach program",
                    "the kernel detaches programs from a map of sockets", context);
}

Status run(const cli::Request& request, Context& context) {
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  const AttachTarget target = TRY(attach_target_from(request, prog));
  if (request.find("mode") != nullptr && target.hook.name != "xdp")
    return fail(Error::usage("`mode` is for xdp", "leave it out"));
  if (request.find("old") == nullptr) {
    const auto link = TRY(attach_and_pin(request, prog, target));
    if (!link) TRY(check_lasts(request, target, context));
    print(prog, target, link, context);
    return {};
  }
  TRY(check_old(request));
  const kernel::Prog old = TRY(open_old(request.selector("old")));
  print(prog, target, TRY(kernel::replace(old, prog, target)), context);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program"},
    {"", "HOOK", Takes::hook, Count::optional, "where it hooks in; see above"},
    {"", "MAP", Takes::map, Count::optional, "with sk_msg and sk_skb: the map of sockets"},
    {"dev", "IFACE", Takes::interface, Count::optional, "with xdp, tcx, netkit: the interface"},
    {"cgroup", "DIR", Takes::cgroup, Count::optional, "with cgroup hooks: the cgroup"},
    {"event", "NAME", Takes::event, Count::optional,
     "the raw_tracepoint's name, or the tracepoint's CATEGORY/NAME"},
    {"mode", "MODE", Takes::choice, Count::optional, "who runs XDP; by default the best there is",
     "generic|native|offload"},
    {"old", "PROG", Takes::prog, Count::optional,
     "the program it takes the place of, or the pin of its link"},
    {"pin", "PATH", Takes::pin_path, Count::optional, "where the link is pinned"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog attach /sys/fs/bpf/xdp/xdp_stats_pass xdp dev eth0",
     "in the best mode there is"},
    {"bpfmaps prog attach id 7 xdp dev eth0 mode generic pin /sys/fs/bpf/eth0_link",
     "in the network stack, the link pinned where one likes"},
    {"bpfmaps prog attach /sys/fs/bpf/xdp/v2 xdp dev eth0 old pinned /sys/fs/bpf/xdp/v1",
     "an upgrade without a packet that meets neither"},
    {"bpfmaps prog attach /sys/fs/bpf/count tcx_ingress dev eth0",
     "behind XDP, with socket buffers"},
    {"bpfmaps prog attach /sys/fs/bpf/gate cgroup_inet_egress cgroup /sys/fs/cgroup/web",
     "what the processes of a cgroup send"},
    {"bpfmaps prog attach /sys/fs/bpf/watch tracepoint event sched/sched_switch",
     "whenever the kernel passes there"},
};

}  // namespace

const cli::Command kProgAttach{
    .object = "prog",
    .verb = "attach",
    .summary = "attach a program to where it runs",
    .details =
        "HOOK is the kernel's name of a place: xdp, tcx_ingress, tcx_egress, netkit_primary and "
        "netkit_peer of a network interface (dev); cgroup_inet_ingress and the others of a "
        "cgroup; flow_dissector and sk_lookup of this network namespace; sk_msg_verdict and the "
        "sk_skb_ hooks of a MAP of sockets; raw_tracepoint and tracepoint (event). A program that "
        "was loaded for one place, as those of tracing and LSM are, needs none.\n\n"
        "The program is attached by a link, and the link is pinned so that it outlives this "
        "command: at `pin PATH`, else beside the program's pin as PROG_IFACE, and the like for "
        "other hooks. Only maps of sockets before Linux 6.10 have no links. Modes of XDP: native "
        "(in the driver), generic (in the network stack, any interface), offload (on the "
        "card).\n\n"
        "Where XDP has a program already, this is refused with its id. With `old` the program "
        "takes the place of that one in a single step, and its link stays what it is; where `old` "
        "does not run there, nothing changes.",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
