// SPDX-License-Identifier: BSD-2-Clause
// map save MAP [FILE]: the contents of a map as a file that can be read and restored without it.
#include <cstring>
#include <set>

#include "base/file.h"
#include "commands/records.h"
#include "commands/shared/describe.h"
#include "commands/shared/map_options.h"
#include "commands/shared/select.h"
#include "entries/inner_maps.h"
#include "entries/save.h"
#include "entries/saved_inner.h"
#include "kernel/map/map_kind.h"
#include "layout/kernel_fields.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;
using kernel::Holds;

// Where the id of a program lies in a value; nothing where there is none.
std::optional<std::size_t> program_at(const kernel::MapInfo& info) {
  switch (kernel::kind_of(info.type).holds) {
    case Holds::programs: return 0;
    case Holds::devices:
    case Holds::cpus:
      if (info.value_size >= 8) return 4;
      return {};
    default: return {};
  }
}

// The programs that entries stand for, with all that finds them again on another day.
Result<std::vector<entries::SavedProgram>> programs_in(const kernel::Map& map,
                                                       const kernel::PinIndex& pins) {
  std::vector<entries::SavedProgram> programs;
  const auto at = program_at(map.info());
  if (!at) return programs;
  std::set<std::uint32_t> ids;
  const auto reader = TRY(kernel::open_reader(map));
  for (Entries some = TRY(reader->next()); some.count != 0; some = TRY(reader->next())) {
    for (std::uint32_t i = 0; i < some.count; ++i) {
      std::uint32_t id = 0;
      std::memcpy(&id, some.value(i) + *at, sizeof id);
      if (id != 0) ids.insert(id);
    }
  }
  for (const std::uint32_t id : ids) {
    const auto prog = kernel::prog_by_id(id);
    if (!prog && prog.error().kind == Kind::not_found) continue;
    if (!prog) return fail(prog.error());
    programs.push_back({.id = id,
                        .name = prog->info().name,
                        .tag = prog->info().tag,
                        .pinned = pins.of(kernel::Noun::prog, id)});
  }
  return programs;
}

// What the kernel keeps for itself is in no file.
void remark_left_out(const entries::TypedMap& typed, const entries::MapOptions& options) {
  if (options.raw) return;
  const auto types =
      entries::find_map_types(typed.map.info(), options.types, [](const std::string&) {});
  if (types && layout::holds_kernel_owned(types->value.types, types->value.id))
    options.remark("locks, timers and pointers of the kernel are left out");
}

Result<std::uint64_t> write(const entries::TypedMap& typed, const layout::Query* query,
                            const std::string& header, bool take, const std::string& path,
                            Context& context) {
  std::string changed;
  const auto remark = [&] {
    if (!changed.empty()) context.remark(changed);
  };
  if (path.empty() || path == "-") {
    const std::uint64_t count =
        TRY(entries::save(typed, query, header, take, context.out, changed));
    remark();
    return count;
  }
  ReplacementFile file = TRY(ReplacementFile::make(path, "save a map"));
  output::Writer out(file.fd(), path);
  const std::uint64_t count = TRY(entries::save(typed, query, header, take, out, changed));
  TRY(file.finish());
  remark();
  return count;
}

Status run(const cli::Request& request, Context& context) {
  const bool take = request.has(Option::consume);
  kernel::Map map =
      TRY(open_map(request.selector("MAP"), take ? kernel::Access::write : kernel::Access::read));
  const entries::MapOptions options = map_options(request, context);
  const auto typed =
      TRY(request.has(Option::recursive) ? entries::open_inner_maps(std::move(map), options)
                                         : entries::make_typed_map(std::move(map), options));
  const entries::QueryOptions asked = TRY(query_options(request));
  const auto query = TRY(entries::make_query(asked.where, *typed));
  const kernel::PinIndex pins = kernel::all_pins();
  entries::SaveFacts facts{.shown = describe(typed->map, pins), .title = typed->map.info().name};
  facts.programs = TRY(programs_in(typed->map, pins));
  if (typed->inner) {
    facts.inner_shown = describe(typed->inner->first->map, pins);
    facts.inner_maps = TRY(entries::inner_maps_of(*typed));
  }
  const std::string header = TRY(entries::saved_header(*typed, options, std::move(facts)));
  const std::string path(request.word("FILE"));
  const std::uint64_t count =
      TRY(write(*typed, query ? &*query : nullptr, header, take, path, context));
  remark_left_out(*typed, options);
  TRY(entries::tell_gap(*typed, query.has_value(), options.remark));
  if (path.empty() || path == "-") return {};
  output::Record record;
  record.add("saved", count).add("file", path);
  print_one(context.out, context.style, record);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to save"},
    {"", "FILE", Takes::file, Count::optional, "where to; standard output without one"},
};
constexpr Option kOptions[] = {Option::where, Option::recursive, Option::gentle,    Option::consume,
                               Option::btf,   Option::key_type,  Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map save /sys/fs/bpf/flows flows.jsonl", "all entries, and what they are"},
    {"bpfmaps map dump flows.jsonl --where 'dport == 443'", "read on any machine, without root"},
    {"bpfmaps map save /sys/fs/bpf/flows | gzip > flows.jsonl.gz", "smaller"},
};

}  // namespace

const cli::Command kMapSave{
    .object = "map",
    .verb = "save",
    .summary = "save the contents of a map in a file",
    .details =
        R"(Writes JSON lines: the first says what the map is and holds its types, the others are
its entries as `map dump --jsonl` prints them, and the last one says that the file is whole. Every
verb that reads a map takes such a file in its place, without privilege and on any machine: dump,
lookup, count, schema. grep, jq and gzip work on it as well.

Where the printed form of a key or value does not tell all of its bytes (padding, what stands
behind the end of a text), `bytes` beside them does.

The file is written under another name and renamed when it is whole: a full disk or a program
that is killed leaves no half file in its place. It is readable for its owner alone, unless
there was a file already, whose mode it gets.

A program that the map holds is saved by its pins, tag and name, an interface by its name. What
the maps in a map of maps hold is saved with --recursive. Locks, timers and pointers of the
kernel are left out. Elements of a queue or stack can only be seen by taking them out: --consume
does, and programs miss them until they are put back.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
