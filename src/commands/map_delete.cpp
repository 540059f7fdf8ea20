// SPDX-License-Identifier: BSD-2-Clause
// map delete MAP key DATA: removes one entry.
#include "commands/data.h"
#include "commands/records.h"
#include "kernel/writer.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  const auto typed = TRY(open_typed_map(request, context, kernel::Access::write));
  const auto key = TRY(parse_key(request, *typed));
  const Status deleted = kernel::remove(typed->map, key.data());
  if (!deleted) return fail(about_entry(deleted.error(), request, *typed));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to write to"},
    {"key", "DATA", Takes::data, Count::one, "the key of the entry"},
};
constexpr Option kOptions[] = {Option::btf, Option::key_type, Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map delete /sys/fs/bpf/xdp/policy key 10.0.0.0/8", "let those in again"},
};

}  // namespace

const cli::Command kMapDelete{
    .object = "map",
    .verb = "delete",
    .summary = "delete one entry of a map",
    .details =
        "The exit code is 3 where the map has no such key. Entries of an array cannot be "
        "deleted: they are always there.",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
