// SPDX-License-Identifier: BSD-2-Clause
// link list, link show LINK: what links there are, and what one is.
#include <algorithm>
#include <span>

#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/open_by_column.h"
#include "commands/shared/select.h"
#include "commands/shared/unknown.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

// A table has one column for all that depends on the type of a link.
constexpr const char* kTableFields[] = {"id",          "type",  "prog_id", "prog_name",
                                        "attach_type", "where", "pinned"};
constexpr const char* kCsvFields[] = {
    "id",      "type",        "prog_id",       "prog_type",     "prog_name", "ifindex",
    "devname", "attach_type", "target_obj_id", "target_btf_id", "tp_name",   "target_name",
    "map_id",  "tid",         "pid",           "cgroup_id",     "order",     "netns_ino",
    "pf",      "hook",        "prio",          "flags",         "retprobe",  "addr",
    "func",    "func_cnt",    "file",          "path",          "offset",    "ref_ctr_offset",
    "missed",  "tracepoint",  "event_type",    "event_config",  "cookie",    "funcs",
    "pinned"};

// The record with what only some types have gathered under `where`.
output::Record for_table(const output::Record& link) {
  output::Record record;
  output::Value::Members where;
  for (const output::Field& field : link.fields()) {
    if (field.name == "pids" || std::ranges::count(kTableFields, field.name) != 0) {
      record.add(field.name, field.value);
    } else if (field.name != "prog_type" && field.name != "funcs" &&
               field.name != output::kUnknown) {
      where.push_back(field);
    }
  }
  record.add("where", std::move(where));
  return record;
}

Status list(const cli::Request& request, Context& context) {
  const OpenByColumn held_by(request, kernel::Noun::link, context);
  const bool is_table = context.style.is_table();
  const kernel::PinIndex pins = kernel::all_pins();
  kernel::ProgNames names;
  std::vector<output::Record> records;
  TRY(kernel::for_each_link([&](const kernel::Link& link) {
    records.push_back(describe(link, pins, names));
    held_by.add_to(records.back(), link.info().id);
  }));
  remark_unknown(records, context);
  if (is_table) std::ranges::transform(records, records.begin(), for_table);
  std::vector<output::Column> columns;
  using Fields = std::span<const char* const>;
  for (const char* field : is_table ? Fields(kTableFields) : Fields(kCsvFields))
    columns.push_back({field, field});
  held_by.add_to(columns);
  print_list(context.out, context.style, records, columns, "no links");
  return {};
}

Status show(const cli::Request& request, Context& context) {
  const kernel::Link link = TRY(open_link(request.selector("LINK")));
  kernel::ProgNames names;
  output::Record record = describe(link, kernel::all_pins(), names);
  OpenByColumn(request, kernel::Noun::link, context).add_to(record, link.info().id);
  print_one(context.out, context.style, record);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "LINK", Takes::link, Count::one, "the link to show"},
};
constexpr cli::Option kOptions[] = {cli::Option::pids};
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
    .options = kOptions,
    .examples = kListExamples,
    .run = list,
};

const cli::Command kLinkShow{
    .object = "link",
    .verb = "show",
    .summary = "show what one link is",
    .details = "Shows its program, where it is attached, and its pins.",
    .operands = kOperands,
    .options = kOptions,
    .examples = kShowExamples,
    .run = show,
};

}  // namespace bpfmaps::commands
