// SPDX-License-Identifier: BSD-2-Clause
// map clear MAP: nothing is left in it.
#include "commands/records.h"
#include "commands/shared/data.h"
#include "commands/shared/erased.h"
#include "commands/shared/map_options.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/writer.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

Status print(std::size_t entries, std::string_view done, std::uint64_t count, bool dry,
             Context& context) {
  output::Record record;
  record.add("entries", entries).add(std::string(done), count);
  print_one(context.out, context.style, record);
  if (dry) context.remark("this was a dry run: nothing is changed");
  return {};
}

/// What was done before `failed` is told all the same.
Status fail_half_way(std::size_t entries, std::string_view done, std::uint64_t count, Status failed,
                     Context& context) {
  if (count != 0) TRY(print(entries, done, count, false, context));
  return failed;
}

// The entries of an array are always there: zeros are as empty as they get.
Status zero(const entries::TypedMap& typed, bool dry, Context& context) {
  const std::vector<unsigned char> zeros(typed.shape.size);
  const std::uint32_t count = typed.map.info().max_entries;
  for (std::uint32_t i = 0; !dry && i < count; ++i) {
    Status zeroed = kernel::update(typed.map, &i, zeros.data());
    if (!zeroed) return fail_half_way(count, "zeroed", i, std::move(zeroed), context);
  }
  return print(count, "zeroed", dry ? 0 : count, dry, context);
}

// Elements without keys are taken one by one; no more than fit, since others may add new ones.
Status drain(const entries::TypedMap& typed, bool dry, Context& context) {
  if (dry)
    return fail(Error::refused(Kind::unsupported, "clear", "",
                               "the kernel does not tell how many elements it would take"));
  std::vector<unsigned char> element(typed.shape.size);
  std::uint32_t taken = 0;
  for (; taken < typed.map.info().max_entries; ++taken) {
    Status one = kernel::take(typed.map, element.data());
    if (!one && one.error().kind == Kind::not_found) break;
    if (!one) return fail_half_way(taken, "deleted", taken, std::move(one), context);
  }
  return print(taken, "deleted", taken, dry, context);
}

Status clear(const entries::TypedMap& typed, bool dry, Context& context) {
  const std::uint32_t type = typed.map.info().type;
  if (kernel::is_array(type)) return zero(typed, dry, context);
  if (kernel::kind_of(type).structure == kernel::Structure::queue)
    return drain(typed, dry, context);
  return print_erased(TRY(entries::erase_where(typed, nullptr, dry)), "entries", dry, context);
}

Status run(const cli::Request& request, Context& context) {
  const auto typed = TRY(open_typed_map(request, context, kernel::Access::write));
  const Status cleared = clear(*typed, request.has(Option::dry_run), context);
  if (!cleared) return fail(about_entry(cleared.error(), request, *typed));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to write to"},
};
constexpr Option kOptions[] = {Option::dry_run};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map clear /sys/fs/bpf/flows", "forget every flow"},
};

}  // namespace

const cli::Command kMapClear{
    .object = "map",
    .verb = "clear",
    .summary = "delete every entry of a map",
    .details =
        R"(Deletes all entries, or writes zeros where they are always there: in arrays and in the
global data of a program. Takes all elements out of a queue or stack. Prints how many it found and
how many it deleted or wrote, even where it fails before the end. Entries that a program adds
meanwhile may stay. --dry-run only counts.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
