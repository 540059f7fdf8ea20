// SPDX-License-Identifier: BSD-2-Clause
// map dump MAP: every entry of a map.
#include "commands/records.h"
#include "commands/shared/map_options.h"
#include "commands/shared/rings.h"
#include "commands/shared/select.h"
#include "entries/dump_query.h"
#include "entries/inner_maps.h"
#include "entries/stream.h"
#include "entries/typed_map.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

Result<std::unique_ptr<entries::TypedMap>> open(const cli::Request& request,
                                                const entries::MapOptions& options,
                                                Context& context) {
  if (!request.has(Option::recursive))
    return open_typed_map(request, context, kernel::Access::read);
  return entries::open_inner_maps(TRY(open_map(request.selector("MAP"), kernel::Access::read)),
                                  options);
}

Status run(const cli::Request& request, Context& context) {
  const entries::MapOptions options = map_options(request, context);
  const auto typed = TRY(open(request, options, context));
  const auto asked = TRY(dump_query_from(request, *typed));
  const auto source = open_source(*typed);
  if (!source) return fail(explain_ring(source.error(), typed->map));
  const auto rows =
      layout::make_rows(asked.fields ? asked.fields->spec() : typed->row_spec(), context.style);
  TRY(entries::stream(**source, *typed, asked, *rows, context.out, options.remark));
  return entries::tell_gap(*typed, asked.query || asked.order, options.remark);
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map_or_file, Count::one, "the map to read, or the file it is saved in"},
};
constexpr Option kOptions[] = {
    Option::where,      Option::sort,      Option::top,    Option::limit, Option::fields,
    Option::cpu,        Option::recursive, Option::gentle, Option::btf,   Option::key_type,
    Option::value_type, Option::vertical,  Option::human};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map dump pinned /sys/fs/bpf/xdp/stats", "packets and bytes of each XDP action"},
    {"bpfmaps map dump /sys/fs/bpf/xdp/stats --json --cpu sum", "the same for jq, CPUs added up"},
    {"bpfmaps map dump /sys/fs/bpf/flows --where 'dport == 443 && packets > 1000'",
     "busy flows to a port"},
    {"bpfmaps map dump /sys/fs/bpf/flows --sort bytes --top 10 --fields saddr,bytes",
     "who sends most"},
    {"bpfmaps map dump /sys/fs/bpf/tenants --recursive", "the entries of all maps in a map"},
    {"bpfmaps map dump flows.jsonl --csv", "a saved map: see `map save`"},
};

}  // namespace

const cli::Command kMapDump{
    .object = "map",
    .verb = "dump",
    .summary = "print every entry of a map",
    .details =
        "Reads the map in batches, as fast as the kernel hands entries out, and prints each entry "
        "by the types the map carries. Per-CPU maps show the value of each possible CPU, or one "
        "value with --cpu.\n\n"
        "Numbers in network order (__be16, __be32, __be64) are shown in host order. Addresses are "
        "shown as text in tables, and with --net: struct in_addr and in6_addr, a __be32 with "
        "`addr` in its name or in that of its type, or a word there that starts with `ip`, six "
        "bytes whose name has a word such as `mac` or `eth`, and keys of LPM tries whose data is "
        "one member that can be an address. Bytes of a struct that have no name in BTF are called "
        "after their offset, such as @4; several variables of one name are hits@0 and hits@4. "
        "Parts of a value that belong to the kernel are left out: locks, timers, pointers to its "
        "objects.\n\n"
        "--where keeps the entries for which an expression holds: FIELD == != < <= > >= VALUE, "
        "FIELD in (A, B), FIELD =~ \"regex\" for text, FIELD & BITS, a yes-or-no field alone, "
        "joined by && || ! and parentheses. A regex has the syntax of Perl (pcre2syntax(3)), such "
        "as \"(?i)^web-\\d+$\"; one that takes more than a million steps on a text, as nested "
        "repeats can, ends the command with exit code 1. Fields have the names that a table has "
        "headings for, and elements of arrays can be asked for too: in[0].a. Text stands in "
        "quotes; addresses and prefixes, enum names and numbers do not: `saddr in 10.0.0.0/8 && "
        "dport == 443`. Where keys are prefixes, `10.1.2.3 in key` asks which of them hold an "
        "address. A per-CPU entry is kept when any CPU's value fits; with --cpu sum and the like "
        "the one value is asked. `age(last_seen) > 60s` asks how long ago a time is: see `bpfmaps "
        "help where`. An expression that makes no sense is refused before anything is "
        "read.\n\n"
        "--vertical shows a record for each row, a field a line, named by the path that --where "
        "takes; "
        "on a terminal a single row that is too wide is shown like that by itself. Arrays of "
        "single "
        "bytes are hex in tables. --human shows numbers of values with units in tables, by the "
        "words "
        "of the field's name: 10 MiB for `bytes`, 8.6 µs for `ns`, `us` and `ms`, 98.4 M for what "
        "counts; ids, ports, flags and small fields are shown as they are. JSON and CSV never "
        "change.\n\n"
        "--sort orders entries by a field, --top N keeps only the N greatest in memory, --limit N "
        "stops after N entries. --fields shows some fields in the order they are named; JSON keeps "
        "them where they are, in `key` and `value`.\n\n"
        "Where the kernel returns ids in place of descriptors, they are shown as what they stand "
        "for: inner maps by id, name and pins, programs by id and name, interfaces by index and "
        "name, which is that of your own network namespace, cgroups by path, stacks by the "
        "functions of the kernel. Empty slots are left out. --recursive shows the entries of the "
        "inner maps; their keys are records of the outer key, the inner map's id and the inner "
        "key. Then --key-type is about the inner keys, unless only the outer key has its size, or "
        "says so: outer=T, inner=T, or outer=T,inner=T. A map whose type cannot be read is "
        "refused, with the reason and with what works instead.\n\n"
        "A map that changes while it is read is not shown as it was at one time: each entry that "
        "stays is there once, one that comes or goes meanwhile may be there or not. The kernel may "
        "pass over some entries of a trie that is changed. Where a trie, a map of sockets or of "
        "devices loses the key that the kernel goes on from, the kernel "
        "starts over; what was shown is left out then, and a remark says so. Exit code 1 where it "
        "starts over again and again.\n\n"
        "Large maps are read by as many threads as there are processors. --gentle reads with one, "
        "in short batches with a rest behind each, so that programs that wait for the map's locks "
        "and others on the same processor come first; it takes several times as long.\n\n"
        "If reading stops early, the JSON array is left open and the exit code is 1.",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
