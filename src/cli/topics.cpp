// SPDX-License-Identifier: BSD-2-Clause
#include "cli/topics.h"

#include <algorithm>
#include <iterator>

namespace bpfmaps::cli {
namespace {

constexpr Topic kTopics[] = {
    {"where", "the expressions of --where",
     "An expression asks fields, by the headings of tables: `packets`, or `key.id` where key and "
     "value both have an `id`. Lists are asked in the same language as entries.\n\n"
     "  packets > 1000                   == != < <= > >=, also =\n"
     "  port in (80, 443)                one of several; `not in`\n"
     "  saddr in 10.0.0.0/8              an address in a net\n"
     "  10.1.2.3 in key                  the prefixes that hold an address\n"
     "  comm == \"nginx\"                  text stands in quotes\n"
     "  comm =~ \"^nginx\"                 a regular expression; !~ for those that do not match\n"
     "  flags & 6 == 2                   bits\n"
     "  packets > bytes                  two fields\n"
     "  age(last_seen) > 60s             a time in nanoseconds that is a minute ago or more\n"
     "  verdict == XDP_DROP              an enum by its name\n"
     "  closed                           not zero; `not closed`\n"
     "  a > 1 and (b > 2 or not c)       also && || !\n\n"
     "Numbers take units: k M G T P are powers of 1000, Ki Mi Gi of 1024 (64KiB); ns us ms s m h d "
     "are times in nanoseconds (10ms); 80% is 0.8.\n\n"
     "age(FIELD) is of a map's 64-bit times by bpf_ktime_get_ns(); age(FIELD, boot), tai and wall "
     "are by other clocks, which types do not tell. It is measured from when the command starts. A "
     "time of 0 is never, and older than any. Per-CPU values need --cpu max.\n\n"
     "Of a list such as `pinned` any element may fit: `pinned =~ \"^/sys\"`, `7 in map_ids`; "
     "`pinned` alone asks whether there are any. A field that is not known fits no comparison. Of "
     "a per-CPU map the value of any CPU may fit; --cpu sum asks their sum.\n\n"
     "--where given twice holds both."},
    {"json", "the shapes of JSON",
     "`list` gives an array and `show` one object. --json has one array element to a line, "
     "--pretty is indented, --jsonl one object to a line without an array.\n\n"
     "  map dump          [{\"key\":K,\"value\":V},...]\n"
     "  a per-CPU map     {\"key\":K,\"values\":[{\"cpu\":N,\"value\":V},...]}; --cpu sum: as "
     "above\n"
     "  map lookup        one such object\n\n"
     "A type decides how a value looks, never the value: integers are numbers, enums their names, "
     "char arrays text, structs objects, other arrays arrays; pointers and 128-bit integers are "
     "\"0x...\" text. Without types, bytes are one string, \"01 00 00 00\". 64-bit integers are "
     "numbers; --string-ints makes them text for readers that round. --net shows addresses as "
     "text.\n\n"
     "A field that could not be told is null, and `unknown` says why. If reading stops early the "
     "array stays open, and the exit status is 1. An error is one object on standard error, "
     "{\"error\":{...}}.\n\n"
     "`bpfmaps map schema MAP --json` prints a JSON schema of the entries of a map."},
    {"data", "how keys and values are typed",
     "DATA is a key or a value on the command line.\n\n"
     "  key 7                            one word for a type of one value\n"
     "  key XDP_PASS                     an enum by its name\n"
     "  key 10.0.0.1                     an address, MAC or prefix as tables show it\n"
     "  value packets=1 bytes=2          fields; those that are not named are zero\n"
     "  value in[0].port=443             a part of one\n"
     "  value '{\"packets\":1}'            what `map dump --json` prints\n"
     "  value hex 01 00 00 00            bytes\n"
     "  value 1 0 0 0                    as many numbers as the type has bytes\n"
     "  value @FILE, value -             the same in a file or from standard input\n\n"
     "A map without types takes bytes; --btf FILE, --key-type and --value-type name them."},
};

}  // namespace

std::span<const Topic> topics() { return kTopics; }

const Topic* find_topic(std::string_view name) {
  const auto* at = std::ranges::find(kTopics, name, &Topic::name);
  return at == std::end(kTopics) ? nullptr : at;
}

}  // namespace bpfmaps::cli
