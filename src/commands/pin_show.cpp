// SPDX-License-Identifier: BSD-2-Clause
// pin show PATH: what is pinned there, whatever kind it is.
#include "commands/records.h"
#include "commands/shared/attached.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/open_by_column.h"
#include "kernel/pin/pin.h"
#include "kernel/references.h"

namespace bpfmaps::commands {
namespace {

output::Record describe_any(const kernel::Pinned& pinned, const kernel::PinIndex& pins) {
  kernel::ProgNames names;
  if (const auto* map = std::get_if<kernel::Map>(&pinned)) return describe(*map, pins);
  if (const auto* prog = std::get_if<kernel::Prog>(&pinned)) return describe(*prog, pins, names);
  return describe(std::get<kernel::Link>(pinned), pins, names);
}

std::uint32_t id_of(const kernel::Pinned& pinned) {
  return std::visit([](const auto& it) { return it.info().id; }, pinned);
}

output::Value::List used_by(const kernel::References& users, const kernel::Pinned& pinned) {
  output::Value::List list;
  for (const kernel::User& user : users.of(kernel::noun_of(pinned), id_of(pinned))) {
    output::Value::Members members = {{"kind", user.kind}, {"id", user.id}, {"type", user.type}};
    if (!user.name.empty()) members.push_back({"name", user.name});
    list.emplace_back(std::move(members));
  }
  return list;
}

void add_users(output::Record& record, const kernel::Pinned& pinned) {
  const auto users = kernel::References::find();
  if (!users) return (void)record.unknown("used_by", users.error().message());
  output::Value::List list = used_by(*users, pinned);
  const auto& gap = users->gap();
  if (!list.empty() || !gap) record.add("used_by", std::move(list));
  if (gap) record.unknown("used_by", gap->subject + ": " + gap->message());
}

Status run(const cli::Request& request, Context& context) {
  const std::string path(request.word("PATH"));
  const kernel::Pinned pinned = TRY(kernel::open_pin(path));
  output::Record record;
  record.add("path", path).add("kind", kernel::noun_name(kernel::noun_of(pinned)));
  const output::Record object =
      describe_any(pinned, kernel::all_pins(kernel::nouns({kernel::noun_of(pinned)})));
  for (const output::Field& field : object.fields()) record.add(field.name, field.value);
  const auto* prog = std::get_if<kernel::Prog>(&pinned);
  if (prog != nullptr)
    AttachedFields(kernel::Attachments::find({{prog->info().id, prog->info().type}}))
        .add_to(record, prog->info().id, prog->info().type, false);
  // A link is what uses, and names its program.
  if (kernel::noun_of(pinned) != kernel::Noun::link) add_users(record, pinned);
  const OpenByColumn held_by(request.has(cli::Option::pids), kernel::noun_of(pinned), context);
  held_by.add_to(record, id_of(pinned));
  print_one(context.out, context.style, record);
  return {};
}

constexpr cli::Operand kOperands[] = {
    {"", "PATH", cli::Takes::pin, cli::Count::one, "a pin of any kind"},
};
constexpr cli::Option kOptions[] = {cli::Option::pids};
constexpr cli::Example kExamples[] = {
    {"bpfmaps pin show /sys/fs/bpf/xdp/stats", "what it is, where else it is pinned, who uses it"},
};

}  // namespace

const cli::Command kPinShow{
    .object = "pin",
    .verb = "show",
    .summary = "show what is pinned at a path",
    .details =
        R"(Says whether it is a map, a program or a link and shows what `map show`, `prog show` or
`link show` would: with every path where the same object is pinned.

`used_by` says what in the kernel uses a map or a program: programs, links, maps that have it in
them, and interfaces of this network namespace on which a program runs without a link. That
takes CAP_SYS_ADMIN. --pids adds the processes that have it open.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
