// SPDX-License-Identifier: BSD-2-Clause
// map import MAP FILE: many entries from a text into a map.
#include "commands/records.h"
#include "commands/shared/map_options.h"
#include "commands/shared/progress.h"
#include "commands/shared/travel.h"
#include "entries/held.h"
#include "entries/import.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;
using entries::EntryBlock;
using entries::EntryBlocks;
using entries::TypedMap;

Result<entries::ImportOptions> import_options(const cli::Request& request) {
  entries::ImportOptions options{.merge = request.has(Option::merge)};
  options.columns = TRY(pairs_of(request, Option::columns));
  options.key_words = words_of_option(request.value(Option::fixed_key));
  options.value_words = words_of_option(request.value(Option::fixed_value));
  return options;
}

Status check(const cli::Request& request) {
  const bool merges = request.has(Option::merge), replaces = request.has(Option::replace);
  const bool streams = request.has(Option::streaming);
  const auto contradict = [](const std::string& what) {
    return fail(Error::usage(what + " contradict each other"));
  };
  if (merges && want_of(request) == kernel::Want::noexist)
    return contradict("--merge and `noexist`");
  if (replaces && request.find("want") != nullptr)
    return contradict("--replace and any, exist or noexist");
  if (streams && (replaces || request.has(Option::dry_run)))
    return fail(Error::usage("--stream writes as it reads: there is no end to wait for",
                             "leave --replace and --dry-run out"));
  return {};
}

// Writes what has been read, again and again.
Status stream(const TypedMap& to, entries::TextChunks& chunks, const entries::Import& import,
              kernel::Want want, Context& context) {
  std::uint64_t written = 0;
  {
    ProgressLine line("written", 0);
    for (;;) {
      const entries::TextChunk chunk = TRY(chunks.next());
      if (chunk.end) break;
      EntryBlocks blocks;
      blocks.push_back(TRY(import.read(chunk)));
      kernel::Written done = entries::write_entries(to, blocks, want);
      written += done.count;
      if (!done.status) {
        Error error = std::move(done.status).error();
        error.hint = std::to_string(written) + " entries were written" +
                     (error.hint.empty() ? "" : "; " + error.hint);
        return fail(std::move(error));
      }
      line.show(written);
    }
  }
  output::Record record;
  record.add("written", written);
  print_one(context.out, context.style, record);
  return {};
}

Status run(const cli::Request& request, Context& context) {
  TRY(check(request));
  const auto typed = TRY(open_typed_map(request, context, kernel::Access::write));
  TRY(entries::check_writable(*typed));
  if (entries::holds_objects(typed->map.info()))
    return fail(Error::refused(Kind::unsupported, "import", request.selector("MAP").describe(),
                               "its entries stand for programs, maps and the like",
                               "`map update` puts one there, `map restore` those of a saved map"));
  const entries::ImportOptions options = TRY(import_options(request));
  const bool streams = request.has(Option::streaming);
  auto chunks = TRY(entries::TextChunks::open(std::string(request.word("FILE")), "import"));
  const auto import = TRY(entries::Import::start(chunks, *typed, options, streams));
  if (!import.remark().empty()) context.remark(import.remark());
  if (streams) return stream(*typed, chunks, import, want_of(request), context);
  EntryBlocks blocks = TRY(entries::parse_chunks(
      chunks, [&import](const entries::TextChunk& chunk) { return import.read(chunk); }));
  TRY(import.finish());
  TRY(entries::settle_duplicates(*typed, blocks, request.has(Option::last_wins)));
  return apply_and_print(*typed, blocks,
                         {.want = want_of(request),
                          .replace = request.has(Option::replace),
                          .dry = request.has(Option::dry_run)},
                         context);
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to write to"},
    {"", "FILE", Takes::file, Count::one, "what to read; - is standard input"},
    {"", "want", Takes::choice, Count::optional,
     "add or replace (any), only replace (exist), only add (noexist)", "any|exist|noexist"},
};
constexpr Option kOptions[] = {Option::replace,   Option::merge,     Option::dry_run,
                               Option::columns,   Option::fixed_key, Option::fixed_value,
                               Option::last_wins, Option::streaming, Option::btf,
                               Option::key_type,  Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map import /sys/fs/bpf/xdp/policy list.csv --columns key=net --value "
     "action=XDP_DROP",
     "a list of prefixes to drop"},
    {"bpfmaps map import /sys/fs/bpf/xdp/policy policy.csv --replace --dry-run",
     "what would change if the map held just what is there"},
    {"bpfmaps map dump /sys/fs/bpf/flows --jsonl | bpfmaps map import /sys/fs/bpf/flows -",
     "what dump prints goes back"},
};

}  // namespace

const cli::Command kMapImport{
    .object = "map",
    .verb = "import",
    .summary = "write many entries that stand in a text",
    .details =
        R"(Takes what `map dump` prints as JSON, JSON lines or CSV, with --net and without, and
saved maps; and what others write: objects whose members are fields of key and value, CSV (RFC
4180) whose heading names fields as tables do, and with --value a list of keys, one a line, #
before a remark. --columns tells which column or member a field stands in; others that are no
fields are then left out, and a remark names them. --key and --value give fields that are the same
for all.

All of it is read and checked before the first entry is written: a line that is wrong is told
with its number and the field, and nothing is changed. Two entries with one key are an error,
unless --last-wins. With --stream entries are written as they come, for input without an end.

Fields that are not given are zero; with --merge they keep what the map has. An empty cell of
CSV is a field that is not given.

--replace makes the map hold exactly this: it writes first and deletes what is not among the
entries last, so that none of them is ever missing, and says how many were added, changed and
removed. In an array what is not among them becomes zero. If it is ended half-way, the same
command again completes it. --dry-run only says what would change.

Entries are written in batches where the kernel has them, by as many threads as there are
processors. Where the kernel refuses one, the error names it and how many were written.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
