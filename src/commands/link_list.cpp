// SPDX-License-Identifier: BSD-2-Clause
// link list, link show LINK: what links there are, and what one is.
#include <algorithm>
#include <iterator>

#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/list_columns.h"
#include "commands/shared/list_query.h"
#include "commands/shared/open_by_column.h"
#include "commands/shared/pin_lookup.h"
#include "commands/shared/select.h"
#include "commands/watch/list_view.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

/// What only some types of links tell, gathered for the one column of a table.
output::Value::Members where_of(const output::Record& link) {
  constexpr std::string_view kElsewhere[] = {"id",          "type",   "prog_id", "prog_type",
                                             "prog_name",   "pinned", "pids",    "funcs",
                                             "attach_type", "unknown"};
  output::Value::Members where;
  for (const output::Field& field : link.fields())
    if (std::ranges::find(kElsewhere, field.name) == std::end(kElsewhere)) where.push_back(field);
  return where;
}

Status list(const cli::Request& request, Context& context) {
  ListQuery query = TRY(ListQuery::from(request, link_list_columns()));
  const bool asks_pids = request.has(cli::Option::pids) || query.names("pids");
  if (!asks_pids) query.without("pids");
  const auto watch = TRY(list_watch_options(request, context.style));
  const bool is_table = context.style.is_table();
  const bool asks_where = is_table || query.names("where");
  kernel::ProgNames names;
  const auto collect = [&]() -> Result<std::vector<output::Record>> {
    const OpenByColumn held_by(asks_pids, kernel::Noun::link, context);
    const kernel::PinIndex pins =
        TRY(pins_for_list(request, query, kernel::nouns({kernel::Noun::link})));
    std::vector<output::Record> records;
    TRY(kernel::for_each_link([&](const kernel::Link& link) {
      records.push_back(describe(link, pins, names));
      held_by.add_to(records.back(), link.info().id);
      if (asks_where) records.back().add("where", where_of(records.back()));
    }));
    return records;
  };
  if (!watch) return query.print(TRY(collect()), context, "no links");
  WatchedList watched(query, collect, "link", "id", context.style);
  return run_watch_loop(watched, *watch, context);
}

Status show(const cli::Request& request, Context& context) {
  const kernel::Link link = TRY(open_link(request.selector("LINK")));
  kernel::ProgNames names;
  output::Record record =
      describe(link, pins_for_show(request, "LINK", kernel::Noun::link, link.info().id, ""), names);
  const bool asks_pids = request.has(cli::Option::pids);
  OpenByColumn(asks_pids, kernel::Noun::link, context).add_to(record, link.info().id);
  print_one(context.out, context.style, record);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "LINK", Takes::link, Count::one, "the link to show"},
};
constexpr auto& kOfList = kWatchedListOptions<cli::Option::pids, cli::Option::no_pins>;
constexpr cli::Option kOptions[] = {cli::Option::pids, cli::Option::no_pins};
constexpr cli::Example kListExamples[] = {
    {"bpfmaps link list", "every link in the kernel, and where it is attached"},
    {"bpfmaps link list --where 'not pinned'", "links that end with a process"},
    {"bpfmaps link list --where 'devname == \"eth0\"' --fields id,prog_name,attach_type",
     "what links hold on one interface"},
    {"bpfmaps link list --watch", "which links come and go"},
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
        R"(What a link says of where it is attached depends on its type. Interfaces are named only
as this network namespace knows them.

--watch lists again and again on a screen, as `map list --watch` does.

Ids may be listed only with CAP_SYS_ADMIN. Without it a link can be shown by the path of its
pin.)",
    .operands = {},
    .options = kOfList,
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
