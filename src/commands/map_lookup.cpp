// SPDX-License-Identifier: BSD-2-Clause
// map lookup MAP key DATA: one entry of a map.
#include "commands/data.h"
#include "commands/records.h"
#include "commands/stream.h"
#include "commands/typed_map.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  const auto typed = TRY(open_typed_map(request, context, kernel::Access::read));
  if (auto reason = kernel::why_unreadable(typed->map.info())) return fail(*std::move(reason));
  const auto key = TRY(parse_key(request, *typed));
  Bytes value(typed->shape.size);
  if (const Status found = kernel::lookup(typed->map, key.data(), value.data()); !found)
    return fail(about_entry(found.error(), request, *typed));
  Entries entry{.keys = key.data(), .values = value.data(), .count = 1};
  if (typed->resolver) entry = typed->resolver->resolve(entry);
  Bytes reduced;
  if (typed->reduction) {
    reduced.resize(typed->reduction->size());
    typed->reduction->apply(entry.values, reduced.data());
    entry.values = reduced.data();
  }
  layout::RowSpec spec = typed->row_spec();
  spec.single = true;
  const auto rows = layout::make_rows(spec, context.style);
  print_entry(entry, *rows, context.out);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to read"},
    {"key", "DATA", Takes::data, Count::one, "the key of the entry"},
};
constexpr Option kOptions[] = {Option::cpu, Option::btf, Option::key_type, Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map lookup /sys/fs/bpf/xdp/stats key XDP_PASS", "what was passed"},
    {"bpfmaps map lookup /sys/fs/bpf/flows key saddr=10.0.0.1 dport=443 --json",
     "a key by its fields; those left out are zero"},
};

}  // namespace

const cli::Command kMapLookup{
    .object = "map",
    .verb = "lookup",
    .summary = "print one entry of a map",
    .details =
        "Prints the entry with that key as map dump prints each: in JSON one object, not an "
        "array. The exit code is 3 where the map has no such key.",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
