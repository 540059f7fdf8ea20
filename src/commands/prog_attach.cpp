// SPDX-License-Identifier: BSD-2-Clause
// prog attach PROG HOOK ...: a program to where it runs.
#include <algorithm>
#include <utility>
#include <variant>

#include "base/caught.h"
#include "commands/records.h"
#include "commands/shared/attach_targets.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/kept.h"
#include "commands/shared/placement_words.h"
#include "commands/shared/select.h"
#include "kernel/link/attach.h"
#include "kernel/link/attach_errors.h"
#include "kernel/names.h"
#include "kernel/pin/index.h"
#include "kernel/pin/pin_set.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;
using kernel::AttachTarget;
using Of = kernel::Hook::Of;

/// Whether a link will hold the program: where none does, it stays until it is detached.
bool is_by_link(const AttachTarget& target, const kernel::Placement& placement) {
  return target.hook.of != Of::tc && placement.directly == kernel::Placement::Directly::no;
}

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

/// The program whose place is taken: `old`, or with `overwrite` whatever is there, if anything is.
Result<std::optional<kernel::Prog>> replaced(const cli::Request& request,
                                             const AttachTarget& target) {
  if (request.find("old") != nullptr) return TRY(open_old(request.selector("old")));
  if (request.find("overwrite") == nullptr) return std::nullopt;
  const auto ids = TRY(kernel::programs_at(target));
  if (ids.empty()) return std::nullopt;
  if (ids.size() > 1)
    return fail(Error::refused(Kind::invalid, "replace a program", target.where,
                               "several are there: " + kernel::attached_text(target),
                               "name the one to replace with `old PROG`"));
  return TRY(kernel::prog_by_id(ids.front()));
}

Status check_words(const cli::Request& request) {
  const bool old = request.find("old") != nullptr, overwrite = request.find("overwrite") != nullptr;
  if (old && overwrite)
    return fail(Error::usage("`old` and `overwrite` do not go together", "give one of them"));
  constexpr cli::OperandId kOthers[] = {"mode", "pin", "ORDER", "before", "after", "SHARING"};
  for (const cli::OperandId other : kOthers) {
    const bool is_new = other.name() == "mode" || other.name() == "pin";
    if (request.find(other) == nullptr || !(old || (overwrite && !is_new))) continue;
    return fail(Error::usage(std::string(old ? "`old`" : "`overwrite`") + " and `" +
                                 std::string(request.word(other, other)) + "` do not go together",
                             "a program takes over the mode, place, link and pins of the old one"));
  }
  return {};
}

/// `path` for one link, else "PATH_cpu0" and so on.
std::string path_of(const std::string& path, std::size_t link, std::size_t links) {
  return links == 1 ? path : path + "_cpu" + std::to_string(link);
}

/// Attaches by links that outlive this command, or not at all.
Result<kernel::Attached> attach_and_pin(const cli::Request& request, const kernel::Prog& prog,
                                        const AttachTarget& target,
                                        const kernel::Placement& placement) {
  if (!is_by_link(target, placement)) {
    if (request.find("pin") != nullptr)
      return fail(Error::usage("`pin` is for links, and none holds the program there",
                               "it stays until it is detached"));
    return kernel::attach(prog, target, placement);
  }
  const std::string path = TRY(link_path(request, target));
  kernel::PinSet pins;
  TRY(pins.need_directory(kernel::parent_of(path)));
  kernel::Attached attached = TRY(kernel::attach(prog, target, placement));
  // Where one cannot be pinned all links close, which detaches.
  const auto& links = attached.links;
  for (std::size_t i = 0; i < links.size(); ++i)
    TRY(pins.add(links[i].fd(), path_of(path, i, links.size())));
  pins.keep();
  return attached;
}

/// What the link says of where it is; where none does, what was asked for.
void add_place(output::Record& record, const kernel::Attached& attached,
               const AttachTarget& target) {
  if (!attached.links.empty()) {
    const auto facts = kernel::link_facts(attached.links.front());
    add_facts(record, facts ? *facts : target.facts);
    if (!facts) record.unknown("attach_type", facts.error().message());
    return;
  }
  if (target.hook.of != Of::tc) return add_facts(record, target.facts);
  add_facts(record, {{"ifindex", target.interface.index},
                     {"devname", target.interface.name},
                     {"attach_type", target.hook.name}});
  add_facts(record, attached.where);
}

void print(const kernel::Prog& prog, const AttachTarget& target, const kernel::Attached& attached,
           Context& context) {
  output::Record record;
  const auto& links = attached.links;
  if (!links.empty()) record.add("id", links.front().info().id);
  record.add("type",
             links.empty() ? target.hook.name : kernel::link_type_name(links[0].info().type));
  record.add("prog_id", prog.info().id);
  add_place(record, attached, target);
  if (target.hook.name == "xdp") {
    const auto there = kernel::xdp_attached(target.interface);
    if (!there) record.unknown("mode", there.error().message());
    for (const kernel::XdpAttached& one : there.value_or(std::vector<kernel::XdpAttached>()))
      if (one.prog_id == prog.info().id) record.add("mode", kernel::xdp_mode_name(one.mode));
  }
  if (!links.empty()) {
    const kernel::PinIndex pins = kernel::all_pins(kernel::nouns({kernel::Noun::link}));
    output::Value::List ids, pinned;
    for (const kernel::Link& link : links) {
      ids.emplace_back(link.info().id);
      for (const std::string& path : pins.of(kernel::Noun::link, link.info().id))
        pinned.emplace_back(path);
    }
    if (links.size() > 1) record.add("link_ids", std::move(ids));
    add_pins(record, std::move(pinned), pins);
  }
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
  const AttachTarget target = TRY(attach_target_from(request, &prog));
  PlacementWords words = TRY(placement_from(request, target));
  if (words.anchor) words.placement.anchor = &*words.anchor;
  TRY(check_words(request));
  if (target.hook.of == Of::perf_event &&
      !(request.number("freq", 0) ^ request.number("period", 0)))
    return fail(Error::usage("perf_event takes `freq N` or `period N`",
                             "how often the program is called: so many times a second, or once "
                             "for that many events"));
  const auto old = TRY(replaced(request, target));
  const auto attached = old ? TRY(kernel::replace(*old, prog, target))
                            : TRY(attach_and_pin(request, prog, target, words.placement));
  if (attached.links.empty()) TRY(check_lasts(request, target, context));
  const Status told = caught([&] { print(prog, target, attached, context); });
  if (!told)
    return fail(Error::refused(
        Kind::system, "attach program", target.where,
        "the program is attached, but no more can be told of it: " + told.error().message()));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program"},
    {"", "HOOK", Takes::hook, Count::optional, "where it hooks in; see above"},
    {"", "MAP", Takes::map, Count::optional, "with sk_msg and sk_skb: the map of sockets"},
    {"dev", "IFACE", Takes::interface, Count::optional, "with xdp, tcx, netkit, tc: the interface"},
    {"cgroup", "DIR", Takes::cgroup, Count::optional, "with cgroup hooks: the cgroup"},
    {"event", "NAME", Takes::event, Count::optional,
     "CATEGORY/NAME, NAME, FUNCTION or PATH:FUNCTION; see above"},
    {"hook", "NAME", Takes::word, Count::optional,
     "with netfilter: pre_routing, local_in, forward, local_out, post_routing"},
    {"pf", "FAMILY", Takes::choice, Count::optional, "with netfilter; ipv4 when not given",
     "ipv4|ipv6"},
    {"prio", "N", Takes::word, Count::optional,
     "with netfilter: small ones come first; 0 when not given"},
    {"pref", "N", Takes::number, Count::optional,
     "with tc: small ones come first; the kernel chooses when not given"},
    {"handle", "N", Takes::number, Count::optional, "with tc: which filter of that pref"},
    {"freq", "N", Takes::number, Count::optional, "with perf_event: calls a second, on each CPU"},
    {"period", "N", Takes::number, Count::optional, "with perf_event: events to a call"},
    {"mode", "MODE", Takes::choice, Count::optional, "who runs XDP; by default the best there is",
     "generic|native|offload"},
    {"", "ORDER", Takes::choice, Count::optional, "with tcx, netkit, cgroup: before or behind all",
     "first|last"},
    {"before", "PROG", Takes::prog, Count::optional, "the program that runs next"},
    {"after", "PROG", Takes::prog, Count::optional, "the program that runs just before"},
    {"", "SHARING", Takes::choice, Count::optional, "with cgroup: without a link; see above",
     "multi|override"},
    {"old", "PROG", Takes::prog, Count::optional,
     "the program it takes the place of, or the pin of its link"},
    {"overwrite", "", Takes::nothing, Count::optional, "it takes the place of what is there"},
    {"pin", "PATH", Takes::pin_path, Count::optional, "where the link is pinned"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog attach /sys/fs/bpf/xdp/xdp_stats_pass xdp dev eth0",
     "in the best mode there is"},
    {"bpfmaps prog attach id 7 xdp dev eth0 mode generic pin /sys/fs/bpf/eth0_link",
     "in the network stack, the link pinned where one likes"},
    {"bpfmaps prog attach /sys/fs/bpf/xdp/v2 xdp dev eth0 old pinned /sys/fs/bpf/xdp/v1",
     "an upgrade without a packet that meets neither"},
    {"bpfmaps prog attach /sys/fs/bpf/xdp/v2 xdp dev eth0 overwrite",
     "in the place of whatever runs there"},
    {"bpfmaps prog attach /sys/fs/bpf/count tcx_ingress dev eth0 first",
     "behind XDP, before the other programs there"},
    {"bpfmaps prog attach /sys/fs/bpf/count tc_ingress dev eth0 pref 1",
     "the same as a filter, for kernels without tcx"},
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
        R"(HOOK is the kernel's name of a place: xdp, tcx_ingress, tcx_egress, netkit_primary,
netkit_peer, and tc_ingress and tc_egress of a network interface (dev); cgroup_inet_ingress and
the others of a cgroup; flow_dissector, sk_lookup and netfilter (hook) of this network namespace;
sk_msg_verdict and the sk_skb_ hooks of a MAP of sockets; and of an event: tracepoint
(CATEGORY/NAME), raw_tracepoint (NAME), kprobe and kretprobe (FUNCTION or FUNCTION+OFFSET), uprobe
and uretprobe (PATH:FUNCTION, or PATH:OFFSET in the file), perf_event (cpu-clock, page-faults and
so on, or TYPE:CONFIG). bpftool's names, as egress, connect4 or msg_verdict, are taken too. A
program that was loaded for one place, as those of tracing and LSM are, needs none.

The program is attached by a link, and the link is pinned so that it outlives this command: at
`pin PATH`, else beside the program's pin as PROG_IFACE, and the like for other hooks. A perf
event has a link for each CPU, pinned as PATH_cpu0 and so on. Modes of XDP: native (in the
driver), generic (in the network stack, any interface), offload (on the card).

There is no link, and the program stays until it is detached, with tc_ingress and tc_egress,
which make a filter with direct action and a clsact qdisc where there is none; with maps of
sockets before Linux 6.10; and in a cgroup with `multi`, which goes together with programs of
cgroups above and below, and `override`, which lets a cgroup below have another program instead.

Where XDP has a program already, this is refused with its id. With `old` the program takes the
place of that one in a single step, and its link stays what it is; where `old` does not run
there, nothing changes. `overwrite` is `old` with the program that is there, and attaches where
none is.

Programs of tcx, netkit and a cgroup's hook run one after the other: `first`, `last`, `before`
and `after` say which comes when. Without them a new one comes last. A cgroup takes an order
since Linux 6.17.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
