// SPDX-License-Identifier: BSD-2-Clause
// prog detach PROG HOOK ...: a program away from where it runs, however it was attached.
#include <utility>

#include "base/caught.h"
#include "commands/records.h"
#include "commands/shared/attach_targets.h"
#include "commands/shared/changed.h"
#include "commands/shared/context.h"
#include "commands/shared/select.h"
#include "kernel/link/attach.h"
#include "kernel/link/attach_errors.h"
#include "kernel/pin/index.h"
#include "kernel/pin/pin.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;
using kernel::AttachTarget;

/// The program is detached whatever becomes of the pins, unless only their end detaches it.
std::string what_is_done(const kernel::Detached& link) {
  return link.detached ? "the program is detached, but " : "";
}

Status remove_pin(const kernel::Detached& link, const std::string& path) {
  Status removed = kernel::unpin(path);
  if (removed || removed.error().kind == Kind::not_found) return {};
  Error error = std::move(removed).error();
  std::string why = error.context.empty() ? errno_text(error.code) : error.context;
  return fail(std::move(error).because(what_is_done(link) + "this pin of its link stays: " + why));
}

Error may_stay_pinned(const std::vector<kernel::Detached>& detached, const Error& gap) {
  const std::string id = std::to_string(detached.front().id);
  return Error::refused(Kind::incomplete, "remove the pins of a link", gap.subject,
                        what_is_done(detached.front()) + "link id " + id +
                            " may have pins where it could not be looked: " + gap.message(),
                        "`bpfmaps pin list --links-only` shows them once that can be read");
}

/// `any`: the one program that is there.
Result<kernel::Prog> only_program_at(const AttachTarget& target) {
  const auto ids = TRY(kernel::programs_at(target));
  const auto refuse = [&](Kind kind, std::string why, std::string hint) {
    return fail(
        Error::refused(kind, "detach program", target.where, std::move(why), std::move(hint)));
  };
  if (ids.empty())
    return refuse(Kind::not_found, "no program is attached there",
                  "`bpfmaps net list` and `bpfmaps cgroup list` show what is attached where");
  if (ids.size() > 1)
    return refuse(Kind::invalid, "several are there: " + kernel::attached_text(target),
                  target.hook.of == kernel::Hook::Of::tc
                      ? "name one by its `pref` and `handle`"
                      : "name one: `prog detach id " + std::to_string(ids.front()) + " ...`");
  return kernel::prog_by_id(ids.front());
}

Status detach_and_unpin(const kernel::Prog& prog, const AttachTarget& target) {
  const auto detached = TRY(kernel::detach(prog, target));
  if (detached.empty()) return {};
  kernel::PinIndex pins;
  if (const Status found =
          caught([&] { pins = kernel::all_pins(kernel::nouns({kernel::Noun::link})); });
      !found)
    pins.note(found.error());
  for (const kernel::Detached& link : detached) {
    const auto& paths = pins.of(kernel::Noun::link, link.id);
    // A link that cannot be detached ends with its last pin, unless a process holds it.
    if (!link.detached && paths.empty() && !pins.gap()) return link.detached;
    for (const std::string& path : paths) TRY(remove_pin(link, path));
  }
  if (pins.gap()) return fail(may_stay_pinned(detached, *pins.gap()));
  return {};
}

void print_detached(const kernel::Prog& prog, const AttachTarget& target, Context& context) {
  print_change(context, output::Record()
                            .add("prog_id", prog.info().id)
                            .add("attach_type", target.hook.name)
                            .add("detached", true));
}

Status run(const cli::Request& request, Context& context) {
  const cli::Selector& selector = request.selector("PROG");
  if (selector.by == cli::Selector::By::any) {
    const AttachTarget target = TRY(attach_target_from(request, nullptr));
    if (target.hook.of > kernel::Hook::Of::tc)
      return fail(
          Error::usage("`any` does not go with " + target.hook.name,
                       "the kernel does not tell what is attached there: name the program"));
    const kernel::Prog prog = TRY(only_program_at(target));
    TRY(detach_and_unpin(prog, target));
    print_detached(prog, target, context);
    return {};
  }
  const kernel::Prog prog = TRY(open_prog(selector));
  const AttachTarget target = TRY(attach_target_from(request, &prog));
  TRY(detach_and_unpin(prog, target));
  print_detached(prog, target, context);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog_or_any, Count::one, "the program, or whatever is there"},
    {"", "HOOK", Takes::hook, Count::optional, "where it hooks in, as `prog attach` takes it"},
    {"", "MAP", Takes::map, Count::optional, "with sk_msg and sk_skb: the map of sockets"},
    {"dev", "IFACE", Takes::interface, Count::optional, "with xdp, tcx, netkit, tc: the interface"},
    {"cgroup", "DIR", Takes::cgroup, Count::optional, "with cgroup hooks: the cgroup"},
    {"event", "NAME", Takes::event, Count::optional, "the event, as `prog attach` takes it"},
    {"hook", "NAME", Takes::word, Count::optional,
     "with netfilter: pre_routing, local_in, forward, local_out, post_routing"},
    {"pf", "FAMILY", Takes::choice, Count::optional, "with netfilter; ipv4 when not given",
     "ipv4|ipv6"},
    {"prio", "N", Takes::word, Count::optional, "with netfilter: its priority; 0 when not given"},
    {"pref", "N", Takes::number, Count::optional, "with tc: only filters of that pref"},
    {"handle", "N", Takes::number, Count::optional, "with tc: which filter of that pref"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog detach /sys/fs/bpf/xdp/xdp_stats_pass xdp dev eth0", "and its link's pin goes"},
    {"bpfmaps prog detach any xdp dev eth0", "whatever runs there"},
};

}  // namespace

const cli::Command kProgDetach{
    .object = "prog",
    .verb = "detach",
    .summary = "detach a program from where it runs",
    .details =
        R"(It does not matter whether the program was attached by a link or by other means. A link
is removed with its pins; one that the kernel cannot detach, such as a tracepoint's, ends when no
process holds it either. A program that is not the one attached there is refused.

`any` stands for the program that is there, if it is the only one; of several filters of tc
`pref` and `handle` choose. A clsact qdisc stays when its last filter is removed.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
