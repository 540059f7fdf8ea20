// SPDX-License-Identifier: BSD-2-Clause
// link list, link show LINK: what links there are, and what one is.
#include "commands/context.h"
#include "commands/describe.h"
#include "commands/records.h"
#include "commands/select.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

Status list(const cli::Request&, Context& context) {
  const kernel::PinIndex pins = kernel::all_pins();
  kernel::ProgNames names;
  std::vector<output::Record> records;
  TRY(kernel::for_each_link(
      [&](const kernel::Link& link) { records.push_back(describe(link, pins, names)); }));
  // What says where a link of some type is attached; a table shows what its links have.
  const std::vector<output::Column> columns = {
      {"id", "id"},
      {"type", "type"},
      {"prog_id", "prog_id"},
      {"prog_type", ""},
      {"prog_name", "prog_name"},
      {"ifindex", ""},
      {"devname", "devname"},
      {"attach_type", "attach_type"},
      {"target_name", "target_name"},
      {"target_obj_id", ""},
      {"target_btf_id", ""},
      {"tp_name", "tp_name"},
      {"tracepoint", "tracepoint"},
      {"event_type", "event_type"},
      {"event_config", "event_config"},
      {"retprobe", ""},
      {"func", "func"},
      {"func_cnt", "func_cnt"},
      {"addr", ""},
      {"file", "file"},
      {"path", "path"},
      {"offset", "offset"},
      {"missed", ""},
      {"cookie", ""},
      {"cgroup_id", "cgroup_id"},
      {"order", ""},
      {"netns_ino", "netns_ino"},
      {"map_id", "map_id"},
      {"tid", "tid"},
      {"pid", "pid"},
      {"pf", "pf"},
      {"hook", "hook"},
      {"prio", "prio"},
      {"flags", ""},
      {"pinned", "pinned"},
  };
  print_list(context.out, context.style, records, columns, "no links");
  return {};
}

Status show(const cli::Request& request, Context& context) {
  const kernel::Link link = TRY(open_link(request.selector("LINK")));
  kernel::ProgNames names;
  print_one(context.out, context.style, describe(link, kernel::all_pins(), names));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "LINK", Takes::link, Count::one, "the link to show"},
};
constexpr cli::Example kListExamples[] = {
    {"bpfmaps link list", "every link in the kernel, and where it is attached"},
    {"bpfmaps link list --json | jq '.[]|select(.pinned==[])'", "links that end with a process"},
};
constexpr cli::Example kShowExamples[] = {
    {"bpfmaps link show id 3", "one link, a line for each field"},
};

}  // namespace

const cli::Command kLinkList{
    .object = "link",
    .verb = "list",
    .summary = "list the links in the kernel",
    .details =
        "What a link says of where it is attached depends on its type. Interfaces are named only "
        "as this network namespace knows them.\n\n"
        "Ids may be listed only with CAP_SYS_ADMIN. Without it a link can be shown by the path of "
        "its pin.",
    .operands = {},
    .options = {},
    .examples = kListExamples,
    .run = list,
};

const cli::Command kLinkShow{
    .object = "link",
    .verb = "show",
    .summary = "show what one link is",
    .details = "Shows its program, where it is attached, and its pins.",
    .operands = kOperands,
    .options = {},
    .examples = kShowExamples,
    .run = show,
};

}  // namespace bpfmaps::commands
