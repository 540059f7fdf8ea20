// SPDX-License-Identifier: BSD-2-Clause
// map lookup MAP key DATA: one entry of a map.
#include <cstring>

#include "commands/records.h"
#include "commands/shared/data.h"
#include "commands/shared/data_file.h"
#include "commands/shared/map_options.h"
#include "entries/saved_map.h"
#include "entries/stream.h"
#include "entries/typed_map.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/prefix.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

// A bloom filter takes the element where other maps take the key, and only says whether it may be
// in there.
Status test_membership(const cli::Request& request, Context& context,
                       const entries::TypedMap& typed, const EntryPrinter& printer) {
  Bytes value(typed.shape.size);
  TRY(parse_value(request, typed, value, false));
  const Status found = kernel::lookup(typed.map, nullptr, value.data());
  if (found) {
    print_entry({.values = value.data(), .count = 1}, typed, printer, context);
    return {};
  }
  Error error = about_entry(found.error(), request, typed);
  if (error.kind == Kind::not_found) error.context = "the filter does not have it", error.hint = {};
  return fail(std::move(error));
}

// The entry that packets with this key get; `key` becomes its own.
Status look_up_prefix(const entries::TypedMap& typed, Key& key, Bytes& value, Context& context) {
  Bytes prefix(key.bytes.size());
  TRY(kernel::lookup_prefix(typed.map, key.data(), prefix.data(), value.data()));
  if (std::memcmp(prefix.data(), key.data(), sizeof(std::uint32_t)) != 0)
    context.remark(
        "the map has no entry for this very prefix: the one shown is the longest that covers it");
  key.bytes = prefix;
  return {};
}

Status look_up_saved(const cli::Request& request, const entries::TypedMap& typed,
                     const EntryPrinter& printer, Context& context) {
  if (request.find("value") != nullptr)
    return fail(Error::usage("`value` is for bloom filters, and this is none", "give `key DATA`"));
  Key key = TRY(parse_key(request, typed));
  const Bytes asked = key.bytes;
  const unsigned char* value = entries::find_saved(typed, key.bytes.data());
  if (value == nullptr)
    return fail(about_entry(Error::refused(Kind::not_found, "look up", "", ""), request, typed));
  if (key.bytes != asked)
    context.remark(
        "the map has no entry for this very prefix: the one shown is the longest that covers it");
  print_entry({.keys = key.data(), .values = value, .count = 1}, typed, printer, context);
  return {};
}

Status run(const cli::Request& line, Context& context) {
  const auto typed = TRY(open_typed_map(line, context, kernel::Access::read));
  const cli::Request request = TRY(with_files(line, *typed));
  const EntryPrinter printer = TRY(entry_printer(request, *typed, context));
  if (typed->saved) return look_up_saved(request, *typed, printer, context);
  const kernel::MapInfo& info = typed->map.info();
  const kernel::MapKind& kind = kernel::kind_of(info.type);
  if (kind.structure == kernel::Structure::bloom_filter && request.find("value") != nullptr)
    return test_membership(request, context, *typed, printer);
  const bool local = kind.keys == kernel::Keys::objects;
  if (auto reason = kernel::why_unreadable(info); reason && !local) return fail(*std::move(reason));
  if (request.find("value") != nullptr)
    return fail(Error::usage("`value` is for bloom filters, and this is none", "give `key DATA`"));
  Key key = TRY(parse_key(request, *typed));
  Bytes value(typed->shape.size);
  const bool by_prefix = kind.structure == kernel::Structure::prefixes;
  Status found = by_prefix ? look_up_prefix(*typed, key, value, context)
                           : kernel::lookup(typed->map, key.data(), value.data());
  if (!found) {
    Error error = about_entry(std::move(found).error(), request, *typed);
    if (by_prefix && error.kind == Kind::not_found)
      error.context = "no prefix in the map covers this key",
      error.hint = "`bpfmaps map dump` shows those it has";
    return fail(std::move(error));
  }
  // The number of a descriptor means nothing to whoever reads the answer.
  print_entry({.keys = local ? nullptr : key.data(), .values = value.data(), .count = 1}, *typed,
              printer, context);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map_or_file, Count::one, "the map to read, or the file it is saved in"},
    {"key", "DATA", Takes::data, Count::optional, "the key of the entry"},
    {"value", "DATA", Takes::data, Count::optional, "in a bloom filter: the element to look for"},
    kProcess,
    kDescriptor,
    kCgroup,
};
constexpr Option kOptions[] = {Option::cpu_spread, Option::btf,      Option::key_type,
                               Option::value_type, Option::vertical, Option::human,
                               Option::times,      Option::draw_hist};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map lookup /sys/fs/bpf/xdp/stats key XDP_PASS", "what was passed"},
    {"bpfmaps map lookup /sys/fs/bpf/flows key saddr=10.0.0.1 dport=443 --json",
     "a key by its fields; those left out are zero"},
    {"bpfmaps map lookup /sys/fs/bpf/seen value 10.0.0.1", "whether a bloom filter may have it"},
    {"bpfmaps map lookup /sys/fs/bpf/of_tasks pid 1", "what a program keeps for a process"},
};

}  // namespace

const cli::Command kMapLookup{
    .object = "map",
    .verb = "lookup",
    .summary = "print one entry of a map",
    .details =
        R"(Prints the entry with that key as map dump prints each: in JSON one object, not an
array. The exit code is 3 where the map has no such key.

In an LPM trie, the longest prefix that covers the key is found, as a program finds it, and the
key printed is that prefix. A remark says so where it is shorter than the one asked for.

A bloom filter has no keys: it takes the element, prints it where it may be in the filter, and
the exit code is 3 where it is not.

--time, --hist and --cpu spread show the entry as `map dump` explains.

Local storage lies in the objects it belongs to, and an object stands in the place of the key: a
process by its `pid`, a cgroup by its path, a socket or a file by a descriptor that bpfmaps has
inherited (`fd 5 5<FILE`) or that another process has open (`pid 1 fd 7`). Only its value is
printed.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
