// SPDX-License-Identifier: BSD-2-Clause
// map restore FILE [MAP], map copy FROM TO: the contents of one map into another.
#include <algorithm>
#include <optional>
#include <utility>

#include "commands/records.h"
#include "commands/shared/map_options.h"
#include "commands/shared/select.h"
#include "commands/shared/travel.h"
#include "entries/create_like.h"
#include "entries/inner_maps.h"
#include "entries/saved_inner.h"
#include "entries/saved_map.h"
#include "entries/snapshots.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "kernel/pin/pin.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;
using entries::EntryBlock;
using entries::EntryBlocks;
using entries::TypedMap;

// The map that entries go to, and where it is pinned once they are in it.
struct Target {
  std::unique_ptr<TypedMap> typed;
  std::string pin_at;
};

Result<Target> open_target(const cli::Selector& selector, const TypedMap& from,
                           const cli::Request& request, Context& context) {
  entries::MapOptions options{
      .subject = selector.describe(), .cache = context.layouts, .remark = map_remark(context)};
  Target target;
  if (request.has(Option::create)) {
    if (selector.by != cli::Selector::By::pinned)
      return fail(Error::usage("--create needs the path of the new pin"));
    const kernel::MapInfo& info = from.map.info();
    const bool has_inner = (from.saved && from.saved->inner) || from.inner;
    if (kernel::kind_of(info.type).holds == kernel::Holds::maps && !has_inner)
      return fail(Error::refused(Kind::unsupported, "create map", selector.text,
                                 "a map of maps cannot be made anew from its contents",
                                 "save it with --recursive, and what is in its maps comes back"));
    std::optional<kernel::Map> inner;
    if (from.inner)
      inner = TRY(entries::create_like(from.inner->first->map.info(), nullptr, {}, options.remark));
    else if (has_inner)
      inner = TRY(entries::make_inner(*from.saved, options.remark));
    const btf* types = from.saved ? from.saved->types.get() : nullptr;
    kernel::Map made = TRY(
        entries::create_like(info, types, {.inner = inner ? &*inner : nullptr}, options.remark));
    target.typed = TRY(entries::make_typed_map(std::move(made), options));
    target.pin_at = selector.text;
    return target;
  }
  kernel::Map map = TRY(open_map(selector, kernel::Access::write));
  target.typed = TRY(entries::make_typed_map(std::move(map), options));
  TRY(entries::check_writable(*target.typed));
  return target;
}

// Where a file does not say which map it goes to, it goes where it came from.
Result<cli::Selector> target_of(const cli::Request& request, const entries::SavedMap& saved) {
  if (const cli::Given* given = request.find("MAP")) return given->selector;
  if (saved.pinned.empty())
    return fail(Error::usage("the map was not pinned: name the one to write to"));
  return cli::Selector{.by = cli::Selector::By::pinned, .text = saved.pinned[0]};
}

// What was on top of a stack is pushed last.
void turn_stack(const TypedMap& from, EntryBlocks& blocks) {
  if (kernel::map_type_name(from.map.info().type) != "stack") return;
  EntryBlocks turned;
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
    turned.emplace_back(block->key_size(), block->value_size());
    for (std::uint32_t i = block->count(); i > 0; --i)
      turned.back().append(block->entries().some(i - 1, 1));
  }
  blocks = std::move(turned);
}

entries::ApplyOptions apply_options(const cli::Request& request) {
  return {.replace = request.has(Option::replace), .dry = request.has(Option::dry_run)};
}

// What inner maps held, in maps that are made for it.
Status restore_inner(const entries::SavedMap& from, const Target& target,
                     const cli::Request& request, Context& context) {
  if (request.has(Option::cpu))
    return fail(Error::usage("the values of CPUs in a map of maps go over as they are: no --cpu"));
  const entries::InnerOptions asked{.replace = request.has(Option::replace),
                                    .dry = request.has(Option::dry_run),
                                    .conversion = TRY(conversion_options(request))};
  const auto restored =
      TRY(entries::restore_inner(from, target.typed->map, asked, map_remark(context)));
  output::Record record;
  record.add("maps", restored.maps).add("entries", restored.entries);
  if (asked.replace) record.add("removed", restored.removed);
  print_one(context.out, context.style, record);
  if (asked.dry) context.remark("this was a dry run: nothing is changed");
  if (target.pin_at.empty() || asked.dry) return {};
  return kernel::pin(target.typed->map.fd(), target.pin_at);
}

// A live map of maps: what is in its maps, in maps that are made for it.
Status copy_inner(const TypedMap& from, const layout::Query* query, const cli::Request& request,
                  Context& context) {
  if (request.has(Option::twice))
    return fail(
        Error::usage("--twice compares entries by their keys, and maps in a map of maps "
                     "are made anew",
                     "copy each of them twice, by its id"));
  const Target target = TRY(open_target(request.selector("TO"), from, request, context));
  if (from.map.info().id == target.typed->map.info().id)
    return fail(Error::usage("FROM and TO are one map"));
  return restore_inner(TRY(entries::take_inner(from, query)), target, request, context);
}

// FROM, and where it is a map of maps, the maps in it.
Result<std::unique_ptr<TypedMap>> open_from(const cli::Request& request, Context& context) {
  auto from = TRY(open_map_or_file(request, "FROM", context));
  if (from->saved || kernel::kind_of(from->map.info().type).holds != kernel::Holds::maps)
    return from;
  const entries::MapOptions options{.subject = request.selector("FROM").describe(),
                                    .gentle = request.has(Option::gentle),
                                    .remark = map_remark(context)};
  return entries::open_inner_maps(std::move(from->map), options);
}

Status restore(const cli::Request& request, Context& context) {
  const std::string file(request.word("FILE"));
  const entries::MapOptions options{
      .subject = file, .cpu = request.value(Option::cpu), .remark = map_remark(context)};
  const auto from = TRY(entries::open_saved_map(file, options));
  const cli::Selector selector = TRY(target_of(request, *from->saved));
  const Target target = TRY(open_target(selector, *from, request, context));
  if (from->saved->inner) return restore_inner(*from->saved, target, request, context);
  EntryBlocks blocks = TRY(entries::read_entries(*from));
  turn_stack(*from, blocks);
  const auto conversion = TRY(conversion_options(request));
  Carried carried = TRY(carry(*from, *target.typed, std::move(blocks), conversion, options.remark));
  TRY(entries::settle_duplicates(*target.typed, carried.blocks, false));
  TRY(apply_and_print(*target.typed, carried.blocks, apply_options(request), context));
  if (!target.pin_at.empty() && !request.has(Option::dry_run))
    TRY(kernel::pin(target.typed->map.fd(), target.pin_at));
  if (from->saved->frozen && request.has(Option::create))
    context.remark("the saved map was frozen, and this one is not: see `map freeze`");
  return {};
}

// Keys and values that are new or other than they were at the first sweep, and the keys of those
// that are gone.
struct Sweep {
  EntryBlocks changed, gone;
};

Sweep compare_sweeps(const TypedMap& from, const EntryBlocks& first, const EntryBlocks& second) {
  Sweep sweep;
  const auto snapshot = [](const EntryBlocks& blocks) {
    const std::size_t key = blocks.empty() ? 0 : blocks[0].key_size();
    layout::Snapshot made(key, blocks.empty() ? 0 : blocks[0].value_size());
    std::uint64_t part = 0;
    for (const EntryBlock& block : blocks) made.add(block.entries(), part++, 0);
    made.settle();
    return made;
  };
  const EntryBlocks& any = first.empty() ? second : first;
  if (any.empty()) return sweep;
  const EntryBlock empty(any[0].key_size(), any[0].value_size());
  sweep.changed.push_back(empty);
  sweep.gone.push_back(empty);
  const layout::Snapshot before =
      snapshot(first.empty() ? EntryBlocks{empty} : entries::with_plain_prefixes(from, first));
  layout::EntryFinder finder(before);
  for (const EntryBlock& block : second) {
    const EntryBlock keys = entries::with_plain_prefixes(from, {block})[0];
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      const auto found = finder.find(keys.key(i));
      const bool same = found && std::equal(block.value(i), block.value(i) + block.value_size(),
                                            before.value(*found));
      if (!same) sweep.changed[0].append(block.entries().some(i, 1));
    }
  }
  finder.for_each_left([&](layout::EntryRef at) {
    sweep.gone[0].append({.keys = before.key(at),
                          .values = before.value(at),
                          .count = 1,
                          .key_stride = before.key_size(),
                          .value_stride = before.value_size()});
  });
  return sweep;
}

Status sweep_again(const TypedMap& from, const TypedMap& to, const layout::Query* query,
                   const EntryBlocks& first, const layout::ConversionOptions& conversion,
                   Context& context) {
  const EntryBlocks second = TRY(entries::read_entries(from, query));
  const Sweep sweep = compare_sweeps(from, first, second);
  const entries::Remark silent = [](const std::string&) {};
  const Carried changed = TRY(carry(from, to, sweep.changed, conversion, silent));
  kernel::Written written = entries::write_entries(to, changed.blocks, kernel::Want::any);
  TRY(std::move(written.status));
  std::uint64_t removed = 0;
  if (!kernel::is_array(to.map.info().type) && count_of(sweep.gone) != 0) {
    const Carried gone = TRY(carry(from, to, sweep.gone, conversion, silent));
    for (const EntryBlock& block : gone.blocks)
      TRY(kernel::remove_all(to.map, block.entries().keys, block.count(), removed));
  }
  output::Record record;
  record.add("carried_again", written.count).add("removed_again", removed);
  print_one(context.out, context.style, record);
  return {};
}

Status copy(const cli::Request& request, Context& context) {
  const bool twice = request.has(Option::twice), dry = request.has(Option::dry_run);
  const auto from = TRY(open_from(request, context));
  if (twice && from->map.info().key_size == 0)
    return fail(Error::usage("--twice compares entries by their keys, and these have none"));
  const entries::QueryOptions asked = TRY(query_options(request));
  const auto query = TRY(entries::make_query(asked.where, *from));
  const layout::Query* const filter = query ? &*query : nullptr;
  if (from->inner) return copy_inner(*from, filter, request, context);
  const Target target = TRY(open_target(request.selector("TO"), *from, request, context));
  if (from->saved && from->saved->inner)
    return restore_inner(*from->saved, target, request, context);
  const TypedMap& to = *target.typed;
  if (!from->saved && from->map.info().id == to.map.info().id)
    return fail(Error::usage("FROM and TO are one map"));
  const auto conversion = TRY(conversion_options(request));
  std::string changed;
  EntryBlocks blocks = TRY(entries::read_entries(*from, filter, &changed));
  if (!changed.empty()) context.remark(changed);
  TRY(entries::tell_gap(*from, query.has_value(), map_remark(context)));
  {
    Carried carried = TRY(carry(*from, to, twice ? EntryBlocks(blocks) : std::exchange(blocks, {}),
                                conversion, map_remark(context)));
    if (!carried.keys_differ) TRY(entries::settle_duplicates(to, carried.blocks, false));
    TRY(apply_and_print(to, carried.blocks, apply_options(request), context));
  }
  if (twice && !dry) TRY(sweep_again(*from, to, filter, blocks, conversion, context));
  if (target.pin_at.empty() || dry) return {};
  return kernel::pin(to.map.fd(), target.pin_at);
}

constexpr Operand kRestoreOperands[] = {
    {"", "FILE", Takes::file, Count::one, "the saved map; - is standard input"},
    {"", "MAP", Takes::map, Count::optional, "the map to write to; where it was pinned otherwise"},
};
constexpr Option kRestoreOptions[] = {Option::create,   Option::replace, Option::dry_run,
                                      Option::defaults, Option::drop,    Option::rename,
                                      Option::cpu};
constexpr cli::Example kRestoreExamples[] = {
    {"bpfmaps map restore flows.jsonl /sys/fs/bpf/flows", "its entries, over those that are there"},
    {"bpfmaps map restore flows.jsonl /sys/fs/bpf/flows2 --create", "the same map once more"},
    {"bpfmaps map restore flows.jsonl /sys/fs/bpf/flows --replace --dry-run", "what would change"},
};
constexpr Operand kCopyOperands[] = {
    {"", "FROM", Takes::map_or_file, Count::one, "the map to read, or the file it is saved in"},
    {"", "TO", Takes::map, Count::one, "the map to write to"},
};
constexpr Option kCopyOptions[] = {
    Option::twice,    Option::create, Option::replace, Option::dry_run, Option::where,
    Option::defaults, Option::drop,   Option::rename,  Option::cpu,     Option::gentle};
constexpr cli::Example kCopyExamples[] = {
    {"bpfmaps map copy /sys/fs/bpf/flows /sys/fs/bpf/flows2 --create", "a second map like it"},
    {"bpfmaps map copy /sys/fs/bpf/flows /sys/fs/bpf/flows2 --twice",
     "what a running program changed meanwhile, too"},
};

}  // namespace

const cli::Command kMapRestore{
    .object = "map",
    .verb = "restore",
    .summary = "write the contents of a saved map",
    .details =
        R"(Writes the entries of a file that `map save` made into a map, which may have other
types: fields go by name. Integers may have other sizes, and enums other numbers for their names;
a value that does not fit is an error, and nothing is written. Fields that are new are zero, or
what --default gives them, and a remark names them. A field that would be lost is an error, unless
--drop leaves it behind or --rename gives its new name. The values of CPUs go by the number of the
CPU; where this machine has other ones, --cpu sum puts their sum into the first.

--create makes the map anew, of the type, sizes, flags and types in the file, fills it and then
pins it. --replace deletes what is not in the file. --dry-run only says what would change.

Programs are found again by their pins, else by tag and name; interfaces by name. The maps in a
map of maps that was saved with --recursive are made anew, of the types they had, and put into
the map when all of them are filled. Elements of queues and stacks come back in their order.)",
    .operands = kRestoreOperands,
    .options = kRestoreOptions,
    .examples = kRestoreExamples,
    .run = restore,
    .changes = true,
};

const cli::Command kMapCopy{
    .object = "map",
    .verb = "copy",
    .summary = "copy the contents of one map into another",
    .details =
        R"(Reads one map, or a saved one, and writes its entries into another, which may have
other types and another size: fields go by name, as `map restore` says, and its options are the
same. --where copies some entries. Of a map of maps, the maps in it are made anew, of the types
they have, with all their entries.

While a program goes on writing to the first map, what it writes behind the copy is not in the
second. --twice reads once more, writes what changed since and deletes what is gone, and says
how many entries that were: switch the program over, then copy twice, or copy once before and
once behind.)",
    .operands = kCopyOperands,
    .options = kCopyOptions,
    .examples = kCopyExamples,
    .run = copy,
    .changes = true,
};

}  // namespace bpfmaps::commands
