// SPDX-License-Identifier: BSD-2-Clause
// map resize MAP entries N: a larger or smaller map with the same contents, in the place of the old
// one.
#include "base/number.h"
#include "commands/records_many.h"
#include "commands/shared/map_options.h"
#include "commands/shared/select.h"
#include "entries/resize.h"
#include "kernel/open_by.h"
#include "kernel/pin/index.h"
#include "kernel/pin/replace.h"
#include "kernel/references.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Takes;
using output::Value;

// What still has the old map, each as a few words, and why there may be more.
struct Holders {
  std::vector<std::string> words;
  std::string gap;

  void note(const std::optional<Error>& error) {
    if (error && gap.empty()) gap = error->subject + ": " + error->message();
  }
};

Holders holders_of(std::uint32_t id) {
  Holders all;
  const auto references = kernel::References::of_maps();
  if (references) {
    for (const kernel::User& user : references->of(kernel::Noun::map, id))
      all.words.push_back(std::string(user.kind) + " id " + std::to_string(user.id) +
                          (user.name.empty() ? "" : " " + user.name));
    all.note(references->gap());
  } else {
    all.note(references.error());
  }
  const kernel::OpenBy open = kernel::find_open_by(kernel::Noun::map);
  if (const auto found = open.of.find(id); found != open.of.end())
    for (const kernel::ProcessRef& process : found->second)
      all.words.push_back("process " + std::to_string(process.pid) + " " + process.name);
  all.note(open.gap);
  const kernel::PinIndex pins = kernel::all_pins();
  for (const std::string& path : pins.of(kernel::Noun::map, id)) all.words.push_back("pin " + path);
  all.note(pins.gap());
  return all;
}

Status run(const cli::Request& request, Context& context) {
  const cli::Selector& named = request.selector("MAP");
  if (named.by != cli::Selector::By::pinned)
    return fail(
        Error::usage("resize puts a new map in the place of a pinned one: name it by its "
                     "path",
                     "`bpfmaps map show " + named.describe() + "` shows where it is pinned"));
  const std::uint64_t wanted = request.number("entries", 0);
  if (wanted == 0 || wanted > UINT32_MAX)
    return fail(Error::usage("`entries` is a number from 1 to 4294967295"));
  auto old = TRY(open_map(named, kernel::Access::read));
  const kernel::MapInfo info = old.info();
  auto resized = entries::resize(std::move(old), static_cast<std::uint32_t>(wanted),
                                 map_options(request, context));
  if (!resized) {
    resized.error().subject = named.describe();
    return fail(std::move(resized).error());
  }
  TRY(kernel::replace_pin(resized->map, info.id, named.text));

  const Holders holders = holders_of(info.id);
  output::Record record;
  record.add("pinned", named.text)
      .add("id", resized->map.info().id)
      .add("old_id", info.id)
      .add("max_entries", resized->map.info().max_entries)
      .add("entries", resized->entries);
  if (!holders.words.empty() || holders.gap.empty())
    record.add("old_held_by", output::list_of(holders.words));
  if (!holders.gap.empty()) record.unknown("old_held_by", holders.gap);
  print_one(context.out, context.style, record);
  if (holders.words.empty()) return {};
  context.out.flush();
  context.remark("what holds the old map (id " + std::to_string(info.id) +
                 ") goes on with it: load or start it anew to let it use the new one");
  return {};
}

constexpr cli::Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map, by its path"},
    {"entries", "N", Takes::number, Count::one, "how many entries the new map can hold"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map resize /sys/fs/bpf/flows entries 65536", "room for more flows"},
};

}  // namespace

const cli::Command kMapResize{
    .object = "map",
    .verb = "resize",
    .summary = "make room for more entries, or fewer",
    .details =
        R"(The kernel does not change the size of a map. This makes a new one of the same type,
with the same flags and types, writes into it what the old one holds, and puts it over the pin in
one step. The pin keeps its owner and mode. Where the contents do not fit, or something else goes
wrong, nothing has changed.

Programs and processes that have the old map, and its other pins, go on with the old one:
`old_held_by` tells them. What they write into it from then on is not in the new one. Load a
program anew with `map name NAME MAP` to give it the new map.

An array can become smaller where the entries that go are zero. In an LRU map the kernel makes
room as it likes, so some entries may be gone again. A map that is frozen, that user space may
not write to, or whose values are no plain data (maps of maps, prog_array, sockets, ring
buffers, queues) is refused with the reason. Locks and timers in values are new ones.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
