// SPDX-License-Identifier: BSD-2-Clause
// map delete MAP key DATA, map delete MAP --where EXPR: removes one entry, or those that fit.
#include "commands/records.h"
#include "commands/shared/changed.h"
#include "commands/shared/data.h"
#include "commands/shared/data_file.h"
#include "commands/shared/erased.h"
#include "commands/shared/map_options.h"
#include "entries/dump_query.h"
#include "kernel/map/writer.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

Status check(const cli::Request& request) {
  const bool by_key = names_entry(request);
  if (by_key == request.has(Option::where))
    return fail(Error::usage("which entries? `key DATA` is one, --where EXPR those that fit",
                             "`bpfmaps map clear` deletes them all"));
  if (by_key && request.has(Option::dry_run))
    return fail(Error::usage("--dry-run goes with --where",
                             "`bpfmaps map lookup` shows the entry of a key"));
  return {};
}

Status run(const cli::Request& line, Context& context) {
  TRY(check(line));
  const auto typed = TRY(open_typed_map(line, context, kernel::Access::write));
  const cli::Request request = TRY(with_files(line, *typed));
  const entries::DumpQuery asked = TRY(dump_query_from(request, *typed));
  Status deleted;
  if (asked.query) {
    const bool dry = request.has(Option::dry_run);
    auto erased = entries::erase_where(*typed, asked.filter(), dry);
    deleted = erased ? print_erased(*erased, "matching", dry, context) : fail(erased.error());
  } else {
    const auto key = TRY(parse_key(request, *typed));
    deleted = kernel::remove(typed->map, key.data());
    if (deleted)
      print_change(context, output::Record().add("id", typed->map.info().id).add("deleted", 1u));
  }
  if (!deleted) return fail(about_entry(deleted.error(), request, *typed));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to write to"},
    {"key", "DATA", Takes::data, Count::optional, "the key of the entry"},
    kProcess,
    kDescriptor,
    kCgroup,
};
constexpr Option kOptions[] = {Option::where, Option::dry_run,  Option::cpu,
                               Option::btf,   Option::key_type, Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map delete /sys/fs/bpf/xdp/policy key 10.0.0.0/8", "let those in again"},
    {"bpfmaps map delete /sys/fs/bpf/flows --where 'packets == 0' --dry-run",
     "how many flows are idle"},
};

}  // namespace

const cli::Command kMapDelete{
    .object = "map",
    .verb = "delete",
    .summary = "delete entries of a map",
    .details =
        R"(With `key`, or the object that it lies in as `map lookup` takes it, it deletes one
entry; the exit code is 3 where the map has no such key. With --where it deletes the entries for
which the expression holds when they are read, and prints how many these were and how many of them
were still there; --dry-run only counts them. `bpfmaps map dump` takes the same expressions.
Entries of an array cannot be deleted: they are always there.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
