// SPDX-License-Identifier: BSD-2-Clause
// net list: what a packet meets in this network namespace.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/list_columns.h"
#include "commands/shared/list_query.h"
#include "commands/shared/prog_fields.h"
#include "kernel/link/net.h"
#include "kernel/link/net_hooks.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;
using output::Record;

Record on_interface(const kernel::NetAttachment& one, std::uint32_t link_id, ProgFields& progs) {
  Record record;
  record.add("ifindex", one.interface.index).add("devname", one.interface.name);
  record.add("attach_type", one.hook());
  if (!one.mode.empty()) record.add("mode", one.mode);
  for (output::Field& field : members_of(one.more))
    record.add(std::move(field.name), std::move(field.value));
  progs.add_to(record, one.prog_id, one.link_id != 0 ? one.link_id : link_id);
  return record;
}

Record in_namespace(const kernel::NetHook& one, ProgFields& progs) {
  Record record;
  record.add("attach_type", one.attach_type);
  for (output::Field& field : members_of(one.where))
    record.add(std::move(field.name), std::move(field.value));
  progs.add_to(record, one.prog_id, one.link_id);
  return record;
}

Status run(const cli::Request& request, Context& context) {
  const ListQuery query = TRY(ListQuery::from(request, net_list_columns(), "prog_id"));
  const std::string name(request.word("dev"));
  kernel::Interface interface;
  if (!name.empty()) interface = TRY(kernel::interface_named(name));
  const auto path = TRY(kernel::packet_path(interface.index));
  const kernel::NetHooks hooks = kernel::net_hooks();
  for (const std::string& what : hooks.unseen) context.remark("not looked at: " + what);

  ProgFields progs;
  std::vector<Record> records;
  for (const kernel::NetAttachment& one : path)
    records.push_back(on_interface(one, hooks.link_of_xdp(one), progs));
  if (name.empty())
    for (const kernel::NetHook& one : hooks.hooks) records.push_back(in_namespace(one, progs));
  return query.print(
      std::move(records), context,
      name.empty() ? "no programs in this network namespace" : "no programs on " + name);
}

constexpr Operand kOperands[] = {
    {"dev", "IFACE", Takes::interface, Count::optional, "only what is on this interface"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps net list", "every program that packets pass here"},
    {"bpfmaps net list dev eth0 --json | jq -r '.[].prog_name'", "what runs on eth0, in order"},
};

}  // namespace

const cli::Command kNetList{
    .object = "net",
    .verb = "list",
    .summary = "list the programs that packets pass",
    .details =
        R"(Each interface of this network namespace in the order of a packet: XDP with its mode,
tcx, the filters of traffic control by `pref` and `handle`, first of what comes in, then of what
goes out; netkit; and filters on any other qdisc or class, its `parent`. Then what the namespace
itself runs: flow_dissector, netfilter by `pf`, `hook` and `prio`, and sk_lookup.

`link_id` is set where a link holds the program. A program without one was attached by other
means and stays until it is detached. `pinned` are the pins of the program and of the link.
Links can be listed only with CAP_SYS_ADMIN.

The kernel tells the network namespace of a netfilter link only with
CONFIG_NETFILTER_NETLINK_HOOK; where it does not, `netns` is `unknown`, and the link may be
another namespace's.

`prog attach` and `prog detach` change what is there.)",
    .operands = kOperands,
    .options = kListOptions<>,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
