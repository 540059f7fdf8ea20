// SPDX-License-Identifier: BSD-2-Clause
// Every option, once: what it is called, what it takes, what it does.
#include <span>

#include "cli/command.h"

namespace bpfmaps::cli {
namespace {

// In the order of the enum, which is also the order in which help lists them.
constexpr OptionSpec kSpecs[] = {
    {Option::json, 'j', "json", "", "one JSON document, one array element to a line"},
    {Option::pretty, 'p', "pretty", "", "the same, indented"},
    {Option::jsonl, 0, "jsonl", "", "one JSON object to a line, no array"},
    {Option::csv, 0, "csv", "", "RFC 4180 with line feeds, a heading line first"},
    {Option::raw, 0, "raw", "", "bytes, not types"},
    {Option::net, 'n', "net", "", "addresses and interfaces as text in JSON too"},
    {Option::string_ints, 0, "string-ints", "", "64-bit integers in JSON as strings"},
    {Option::color, 0, "color", "auto|always|never", "colour in tables; NO_COLOR is honoured",
     "auto|always|never", Takes::choice},
    {Option::verbose, 0, "verbose", "", "all that libbpf and the verifier have to say"},
    {.id = Option::bpffs,
     .letter = 'f',
     .name = "bpffs",
     .doc = "bpftool's: pins are always shown",
     .hidden = true},
    {.id = Option::mapcompat,
     .letter = 'm',
     .name = "mapcompat",
     .doc = "bpftool's: maps of old objects are always taken",
     .hidden = true},
    {.id = Option::debug,
     .letter = 'd',
     .name = "debug",
     .doc = "bpftool's word for --verbose",
     .hidden = true},
    {.id = Option::legacy,
     .letter = 'l',
     .name = "legacy",
     .doc = "bpftool's: changes nothing",
     .hidden = true},
    {.id = Option::nomount,
     .letter = 0,
     .name = "nomount",
     .doc = "bpftool's: nothing is ever mounted unasked",
     .hidden = true},
    {Option::help, 'h', "help", "", "how this is used"},
    {Option::version, 'V', "version", "", "the version of this program"},

    {Option::where, 0, "where", "EXPR", "only what EXPR holds for", "", Takes::expression},
    {Option::sort, 0, "sort", "FIELD[:desc]", "in the order of a field", "", Takes::field},
    {Option::top, 0, "top", "N", "only the N greatest (of --sort FIELD)", "", Takes::number},
    {Option::limit, 0, "limit", "N", "stop after N", "", Takes::number},
    {Option::fields, 0, "fields", "A,B", "only these fields, in this order", "", Takes::fields},
    {Option::cpu, 0, "cpu", "each|sum|min|max|avg", "per-CPU values one by one, or as one",
     "each|sum|min|max|avg", Takes::choice},
    {Option::recursive, 'r', "recursive", "", "go into inner maps and directories"},
    {Option::btf, 0, "btf", "FILE", "take the types from FILE, or `vmlinux`", "", Takes::file},
    {Option::key_type, 0, "key-type", "T", "the key is a T of that BTF"},
    {Option::value_type, 0, "value-type", "T", "the value is a T of that BTF"},
    {Option::vertical, 'x', "vertical", "", "a field a line in the place of a table"},
    {Option::human, 'H', "human", "", "numbers in tables with units: 10 MiB, 98.4 M, 8.6 µs"},

    {Option::times, 0, "time", "FIELD[=mono|boot|tai|wall],...",
     "these fields are times: show when and how long ago", "", Takes::fields},
    {Option::draw_hist, 0, "hist", "[log2|linear]", "arrays of counters as bars, with percentiles",
     "log2|linear", Takes::choice},
    {Option::cpu_spread, 0, "cpu", "each|sum|min|max|avg|spread",
     "per-CPU values one by one, as one, or compared", "each|sum|min|max|avg|spread",
     Takes::choice},

    {Option::tree, 0, "tree", "", "as a tree of directories"},
    {Option::effective, 0, "effective", "", "what runs there, wherever it is attached"},
    {Option::maps_only, 0, "maps-only", "", "maps, nothing else"},
    {Option::programs_only, 0, "programs-only", "", "programs, nothing else"},
    {Option::links_only, 0, "links-only", "", "links, nothing else"},
    {Option::dry_run, 0, "dry-run", "", "say what would be done, and do nothing"},
    {Option::interval, 'i', "interval", "TIME", "time between two looks: 2, 500ms, 1m"},
    {Option::count, 0, "count", "N", "end after N looks", "", Takes::number},
    {Option::once, 0, "once", "", "one look, printed even on a terminal"},
    {Option::counters, 0, "counters", "A,B", "these fields count, and no others", "",
     Takes::fields},
    {Option::gauges, 0, "gauges", "A,B", "these fields do not count", "", Takes::fields},
    {Option::bits, 0, "bits", "", "rates of bytes as bits a second (tables)"},
    {Option::merge, 0, "merge", "", "fields that are not named keep their value"},
    {Option::orphans, 0, "orphans", "", "only what nothing uses any more"},
    {Option::stale, 0, "stale", "OBJ", "only what no longer fits OBJ", "", Takes::object},
    {Option::pids, 0, "pids", "", "who holds it open (slow)"},
    {Option::no_pins, 0, "no-pins", "", "do not look for pins: quicker where there are many"},
    {Option::gentle, 0, "gentle", "", "read slowly: small batches with pauses"},
    {Option::format, 0, "format", "c|json", "as C, or as JSON", "c|json", Takes::choice},
    {Option::log, 0, "log", "stats|full", "what the verifier notes of each program", "stats|full",
     Takes::choice},
    {Option::type, 0, "type", "T[,T]", "records are of type T, or of several told by their size"},
    {Option::type_by, 0, "type-by", "FIELD",
     "the field whose value tells the type: --type 1=A,2=B"},
    {Option::from, 0, "from", "now|oldest", "begin with new records, or the oldest there is",
     "now|oldest", Takes::choice},
    {Option::count_records, 0, "count", "N", "end after N records", "", Takes::number},
    {Option::time, 0, "for", "TIME", "end after a time: 10s, 500ms, 2m"},
    {Option::consume, 0, "consume", "", "take the records: other readers miss them"},
    {Option::follow, 0, "follow", "", "go on with what is printed from now on"},
    {Option::stream, 0, "stream", "stdout|stderr", "take what is in a stream of the program",
     "stdout|stderr", Takes::choice},
    {Option::metrics_format, 0, "format", "prometheus|openmetrics",
     "text 0.0.4, or OpenMetrics 1.0", "prometheus|openmetrics", Takes::choice},
    {Option::entries, 0, "entries", "", "count the entries of every map: reads them all"},
    {Option::labels, 0, "labels", "[LABEL=]A,B", "these fields are labels"},
    {Option::hist, 0, "hist", "FIELD=log2", "an array whose elements count by powers of two"},
    {Option::max_series, 0, "max-series", "N", "at most so many series a map (2000)", "",
     Takes::number},
    {Option::prefix, 0, "prefix", "NAME", "how names begin, in place of bpf_map_<map>"},
    {Option::names, 0, "names", "FIELD=NAME", "how a field is called"},
    {Option::config, 0, "config", "FILE", "settings: a file, or a folder of *.conf", "",
     Takes::file},
    {Option::listen, 0, "listen", "ADDRESS", "where to serve: IP:PORT, a socket's path, or -"},
    {Option::cache, 0, "cache", "TIME", "give the same answer again for so long"},
    {Option::user, 0, "user", "NAME", "who the process that serves becomes (nobody)"},
    {Option::quiet, 'q', "quiet", "", "ids alone, one a line; of pins their paths"},
    {Option::no_headers, 0, "no-headers", "", "no line of headings"},
    {Option::all, 'a', "all", "", "the kernel's own, too"},
    {Option::watch, 0, "watch", "", "look again and again, on a screen"},
    {Option::replace, 0, "replace", "", "delete what is not in it: the map then holds just this"},
    {Option::create, 0, "create", "", "make the map anew, and pin it"},
    {Option::defaults, 0, "default", "F=V,...", "what fields hold that are new; zero otherwise"},
    {Option::drop, 0, "drop", "F,...", "leave these fields behind"},
    {Option::rename, 0, "rename", "OLD=NEW,...", "these fields have new names"},
    {Option::twice, 0, "twice", "", "read once more, and carry what changed meanwhile"},
    {Option::columns, 0, "columns", "F=NAME,...", "the field F stands in the column NAME"},
    {Option::fixed_key, 0, "key", "F=V,...", "fields of the key that are the same for all"},
    {Option::fixed_value, 0, "value", "F=V,...", "fields of the value that are the same for all"},
    {Option::last_wins, 0, "last-wins", "", "of several entries with one key take the last"},
    {Option::streaming, 0, "stream", "", "write what has been read, not all at the end"},
    {Option::keep_going, 0, "keep-going", "", "go on behind a line that failed"},
};

constexpr bool in_order() {
  std::size_t at = 0;
  for (const OptionSpec& spec : kSpecs)
    if (static_cast<std::size_t>(spec.id) != at++) return false;
  return at == static_cast<std::size_t>(Option::last_);
}
static_assert(in_order(), "kSpecs follows enum Option");

}  // namespace

std::span<const OptionSpec> options() { return kSpecs; }

const OptionSpec& spec(Option option) { return kSpecs[static_cast<std::size_t>(option)]; }

bool goes_with_every_command(Option option) { return option <= Option::version; }

}  // namespace bpfmaps::cli
