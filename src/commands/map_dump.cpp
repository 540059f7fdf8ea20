// SPDX-License-Identifier: BSD-2-Clause
// map dump MAP: every entry of a map.
#include "commands/records.h"
#include "commands/shared/entry_view.h"
#include "commands/shared/map_options.h"
#include "commands/shared/rings.h"
#include "commands/shared/select.h"
#include "entries/dump_query.h"
#include "entries/histogram.h"
#include "entries/inner_maps.h"
#include "entries/stream.h"
#include "entries/typed_map.h"
#include "layout/histogram.h"
#include "layout/row_bytes.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

// One of the maps to print, with all that can be asked before anything is printed.
struct Part {
  entries::MapOptions options;
  std::unique_ptr<entries::TypedMap> typed;
  entries::DumpQuery asked;
  std::unique_ptr<kernel::Source> source;
  layout::RowSpec spec;
  std::unique_ptr<layout::Rows> rows;  // null where all entries make one histogram
};

Result<Part> open(const cli::Request& request, const cli::Selector& map, bool among,
                  const EntryView& view, Context& context) {
  Part part{.options = map_options(request, map, among, context)};
  if (request.has(Option::recursive)) {
    kernel::Map outer = TRY(open_map(map, kernel::Access::read));
    part.typed = TRY(entries::open_inner_maps(std::move(outer), part.options));
  } else {
    part.typed = TRY(open_map_or_file(map, part.options));
  }
  part.asked = TRY(dump_query_from(request, *part.typed));
  part.spec = part.asked.shown(*part.typed);
  if (among) part.spec.map = part.options.subject;
  if (view.hist && !layout::has_slots(part.spec))
    TRY(entries::check_histogram(*part.typed, part.asked, *view.hist));
  else
    part.rows = TRY(view.rows(part.spec, context.style));
  auto source = open_source(*part.typed);
  if (!source) return fail(explain_ring(std::move(source).error(), part.typed->map));
  part.source = *std::move(source);
  return part;
}

Status print(const Part& part, layout::Rows* rows, const EntryView& view, Context& context) {
  const entries::Remark& remark = part.options.remark;
  if (rows == nullptr)
    TRY(entries::draw_histogram(*part.source, *part.typed, part.asked, *view.hist, context.style,
                                context.out, remark));
  else
    TRY(entries::stream(*part.source, *part.typed, part.asked, *rows, context.out, remark));
  view.remark(part.spec, context.style, remark);
  return entries::tell_gap(*part.typed, part.asked.query || part.asked.order, remark);
}

std::vector<std::string> headings(const layout::RowSpec& spec) {
  std::vector<std::string> names;
  for (const layout::NamedValue& value : layout::named_values(spec)) names.push_back(value.name);
  return names;
}

// CSV has one line of headings.
Status check_columns(const std::vector<Part>& parts) {
  for (const Part& part : parts)
    if (headings(part.spec) != headings(parts[0].spec))
      return fail(Error::usage(part.options.subject + " has other columns than " +
                                   parts[0].options.subject + ", and CSV is one table",
                               "--fields names those that all have; --jsonl takes any"));
  return {};
}

Status run(const cli::Request& request, Context& context) {
  const EntryView view = TRY(entry_view(request, context.style));
  const NamedMaps named = TRY(named_maps(request));
  std::vector<Part> parts;
  for (const cli::Selector& map : named.maps) {
    auto part = open(request, map, named.several, view, context);
    if (!part && named.several && part.error().kind == Kind::usage)
      part.error().context = map.describe() + ": " + part.error().context;
    parts.push_back(TRY(std::move(part)));
  }
  if (!named.several) return print(parts[0], parts[0].rows.get(), view, context);
  if (context.style.is_csv()) TRY(check_columns(parts));
  layout::JoinedRows joined(context.style);
  for (Part& part : parts) {
    const std::string& name = part.options.subject;
    std::unique_ptr<layout::Rows> rows;
    if (part.rows)
      rows = joined.next(std::move(part.rows), name, &part == &parts.back());
    else
      context.out.write(joined.heading(name));
    TRY(print(part, rows.get(), view, context));
  }
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map_or_file, Count::many,
     "the maps to read, files they are saved in, or a pattern of paths"},
};
constexpr Option kOptions[] = {
    Option::where,      Option::sort,      Option::top,    Option::limit, Option::fields,
    Option::cpu_spread, Option::recursive, Option::gentle, Option::btf,   Option::key_type,
    Option::value_type, Option::vertical,  Option::human,  Option::times, Option::draw_hist};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map dump pinned /sys/fs/bpf/xdp/stats", "packets and bytes of each XDP action"},
    {"bpfmaps map dump /sys/fs/bpf/xdp/stats --json --cpu sum", "the same for jq, CPUs added up"},
    {"bpfmaps map dump /sys/fs/bpf/flows --where 'dport == 443 && packets > 1000'",
     "busy flows to a port"},
    {"bpfmaps map dump /sys/fs/bpf/flows --sort bytes --top 10 --fields saddr,bytes",
     "who sends most"},
    {"bpfmaps map dump '/sys/fs/bpf/tenant_*' --where 'packets > 0' --jsonl",
     "those of several maps, each with its `map`"},
    {"bpfmaps map dump /sys/fs/bpf/tenants --recursive", "the entries of all maps in a map"},
    {"bpfmaps map dump /sys/fs/bpf/flows --time last_seen --sort last_seen:desc",
     "flows and when they were seen, the latest first"},
    {"bpfmaps map dump /sys/fs/bpf/latency --hist", "how long things took, as bars"},
    {"bpfmaps map dump /sys/fs/bpf/xdp/stats --cpu spread", "whether one CPU does all the work"},
    {"bpfmaps map dump flows.jsonl --csv", "a saved map: see `map save`"},
};

}  // namespace

const cli::Command kMapDump{
    .object = "map",
    .verb = "dump",
    .summary = "print every entry of a map",
    .details =
        R"(Reads the map in batches, as fast as the kernel hands entries out, and prints each
entry by the types the map carries. Per-CPU maps show the value of each possible CPU, or one value
with --cpu.

Several maps may be named, and a pattern in quotes stands for all pins of maps that match it: *
and ? are any text and any character between two slashes, [ab] is one of those. Pins of other
things are passed over. Each map then has a table of its own below its name; JSON objects have
its name as `map`, and CSV has a column `map`, for which all must have the same columns. --sort,
--top and --limit hold for each map. Nothing is printed unless all of them can be opened and
asked.

Numbers in network order (__be16, __be32, __be64) are shown in host order. Addresses are shown
as text in tables, and with --net: struct in_addr and in6_addr, a __be32 with `addr` in its name
or in that of its type, or a word there that starts with `ip`, six bytes whose name has a word
such as `mac` or `eth`, and keys of LPM tries whose data is one member that can be an address.
Bytes of a struct that have no name in BTF are called after their offset, such as @4; several
variables of one name are hits@0 and hits@4. Parts of a value that belong to the kernel are left
out: locks, timers, pointers to its objects.

--where keeps the entries for which an expression holds: FIELD == != < <= > >= VALUE, FIELD in
(A, B), FIELD =~ "regex" for text, FIELD & BITS, a yes-or-no field alone, joined by && || ! and
parentheses. A regex has the syntax of Perl (pcre2syntax(3)), such as "(?i)^web-\d+$"; one that
takes more than a million steps on a text, as nested repeats can, ends the command with exit
code 1. Fields have the names that a table has headings for, and elements of arrays can be asked
for too: in[0].a. Text stands in quotes; addresses and prefixes, enum names and numbers do not:
`saddr in 10.0.0.0/8 && dport == 443`. Where keys are prefixes, `10.1.2.3 in key` asks which of
them hold an address. A per-CPU entry is kept when any CPU's value fits; with --cpu sum and the
like the one value is asked. `age(last_seen) > 60s` asks how long ago a time is: see `bpfmaps
help where`. An expression that makes no sense is refused before anything is read.

--vertical shows a record for each row, a field a line, named by the path that --where takes; on
a terminal a single row that is too wide is shown like that by itself, and of several rows whole
columns are left out: the heading ends in how many, such as +3. Arrays of single bytes are hex
in tables. --human shows numbers of values with units in tables, by the words of the field's
name: 10 MiB for `bytes`, 8.6 µs for `ns`, `us` and `ms`, 98.4 M for what counts; ids, ports,
flags and small fields are shown as they are. JSON and CSV never change.

--time says which fields are times in nanoseconds and by which clock of the kernel: mono
(bpf_ktime_get_ns), which stands for none, boot, tai or wall; no type says so, and nothing is
guessed. Tables then show when it was and how long ago, JSON and CSV RFC 3339. Zero is `never`
in tables, null in JSON and empty in CSV.

--hist draws counters as bars, a line for each range of what they counted, and says in which of
them the 50th, 90th and 99th percentile lie: the one array of unsigned integers in each value
or, where a map's keys are numbers and its values one number, the whole map. Element i counts
what was 2^i to 2^(i+1)-1 with log2, which stands for nothing said, and what was i with linear.
CPUs are added up unless --cpu says otherwise. JSON and CSV stay as they are.

--cpu spread shows for each key and each unsigned integer how the CPUs' values compare: their
sum, the least, the greatest and which CPU has it, how many times the mean that is, and each
CPU's value, as a bar in tables. In JSON they stand in `spread`.

--sort orders entries by a field, --top N keeps only the N greatest in memory, --limit N stops
after N entries. --fields shows some fields in the order they are named; JSON keeps them where
they are, in `key` and `value`.

Where the kernel returns ids in place of descriptors, they are shown as what they stand for:
inner maps by id, name and pins, programs by id and name, interfaces by index and name, which is
that of your own network namespace, cgroups by path, stacks by the functions of the kernel.
Empty slots are left out. --recursive shows the entries of the inner maps; their keys are
records of the outer key, the inner map's id and the inner key. Then --key-type is about the
inner keys, unless only the outer key has its size, or says so: outer=T, inner=T, or
outer=T,inner=T. A map whose type cannot be read is refused, with the reason and with what works
instead.

A map that changes while it is read is not shown as it was at one time: each entry that stays is
there once, one that comes or goes meanwhile may be there or not. The kernel may pass over some
entries of a trie that is changed. Where a trie, a map of sockets or of devices loses the key
that the kernel goes on from, the kernel starts over; what was shown is left out then, and a
remark says so. Exit code 1 where it starts over again and again.

Large maps are read by as many threads as there are processors. --gentle reads with one, in
short batches with a rest behind each, so that programs that wait for the map's locks and others
on the same processor come first; it takes several times as long.

If reading stops early, the JSON array is left open and the exit code is 1.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
