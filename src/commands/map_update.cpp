// SPDX-License-Identifier: BSD-2-Clause
// map update MAP key DATA value DATA: writes one entry.
#include <cstring>

#include "commands/records.h"
#include "commands/shared/changed.h"
#include "commands/shared/data.h"
#include "commands/shared/data_file.h"
#include "commands/shared/descriptors.h"
#include "commands/shared/kept.h"
#include "commands/shared/map_options.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/mapped_value.h"
#include "kernel/map/prefix.h"
#include "kernel/map/writer.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;
using kernel::Want;

Want want_from(const cli::Request& request) {
  const std::string_view word = request.word("want");
  return word == "exist" ? Want::exist : word == "noexist" ? Want::noexist : Want::any;
}

// The one entry of a map of global variables: libbpf gives such a map a value type and no key type.
bool holds_variables(const kernel::MapInfo& info) {
  return kernel::is_plain_array(info.type) && info.max_entries == 1 && info.btf_key_type_id == 0 &&
         info.btf_value_type_id != 0;
}

Status write(const cli::Request& request, const entries::TypedMap& typed, const Bytes& key,
             const Bytes& value, Want want) {
  const Status written = kernel::update(typed.map, key.data(), value.data(), want);
  if (!written) return fail(about_entry(written.error(), request, typed));
  return {};
}

// Writes those bits of the value that are given and leaves the others to the programs that use
// them. False where the map cannot be written so.
Result<bool> write_part(const cli::Request& request, const entries::TypedMap& typed,
                        const Bytes& key) {
  if (!kernel::can_write_part(typed.map.info())) return false;
  Bytes value(typed.shape.size), given;
  TRY(parse_value(request, typed, value, true, &given));
  std::uint32_t index = 0;
  std::memcpy(&index, key.data(), sizeof index);
  // A map that is not there to be mapped (frozen, read-only) says why when it is updated.
  return kernel::write_part(typed.map, index, value, given).has_value();
}

// Whether the kernel takes a new entry for this key only where there is none.
Want want_new(const kernel::MapInfo& info) {
  return kernel::kind_of(info.type).holds == kernel::Holds::data ? Want::noexist : Want::any;
}

// Fields that are not given keep what the entry has. An entry that goes or comes while this happens
// is neither brought back nor overwritten: it is read again.
Status merge(const cli::Request& request, const entries::TypedMap& typed, const Bytes& key,
             Want want) {
  constexpr int kMostTries = 16;
  const kernel::MapInfo& info = typed.map.info();
  for (int tries = 1;; ++tries) {
    Bytes value(typed.shape.size);
    const Status found = kernel::lookup_exact(typed.map, key.data(), value.data());
    if (!found && (found.error().kind != Kind::not_found || want == Want::exist))
      return fail(about_entry(found.error(), request, typed));
    if (found && TRY(write_part(request, typed, key))) return {};
    TRY(parse_value(request, typed, value, found.has_value()));
    const Status written =
        kernel::update(typed.map, key.data(), value.data(), found ? Want::exist : want_new(info));
    if (written) return {};
    const Kind changed = found ? Kind::not_found : Kind::exists;
    if (written.error().kind != changed || tries == kMostTries)
      return fail(about_entry(written.error(), request, typed));
  }
}

Status update(const cli::Request& line, Context& context,
              const std::unique_ptr<entries::TypedMap>& typed) {
  const Want want = want_from(line);
  const bool merges = line.has(Option::merge);
  if (merges && want == Want::noexist)
    return fail(
        Error::usage("--merge and `noexist` contradict each other: what is not there has "
                     "nothing to keep"));
  const cli::Request request = TRY(with_files(line, *typed));
  const kernel::Map& map = typed->map;
  const auto key = TRY(parse_key(request, *typed));
  if (takes_descriptors(map.info())) {
    const cli::Given* given = request.find("value");
    if (given == nullptr || merges)
      return fail(Error::usage("the map's values stand for maps, programs and the like",
                               "give `value DATA` without --merge"));
    if (kernel::kind_of(map.info().type).holds == kernel::Holds::programs)
      TRY(check_kept(map.info().id, request.selector("MAP"), "update",
                     "the kernel empties a prog_array", context));
    const auto value = TRY(parse_descriptor(given->words, map.info()));
    return write(request, *typed, key.bytes, value.bytes, want);
  }
  if (merges || holds_variables(map.info())) return merge(request, *typed, key.bytes, want);
  Bytes value(typed->shape.size);
  TRY(parse_value(request, *typed, value, false));
  return write(request, *typed, key.bytes, value, want);
}

Status run(const cli::Request& request, Context& context) {
  const auto typed = TRY(open_typed_map(request, context, kernel::Access::write));
  TRY(update(request, context, typed));
  print_change(context, output::Record().add("id", typed->map.info().id).add("updated", 1u));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to write to"},
    {"key", "DATA", Takes::data, Count::optional, "the key of the entry"},
    kProcess,
    kDescriptor,
    kCgroup,
    {"value", "DATA", Takes::data, Count::optional,
     "its value; in a per-CPU map that of every CPU"},
    {"values", "DATA", Takes::data, Count::optional,
     "in a per-CPU map: the values of its CPUs as dump --json prints them"},
    {"", "want", Takes::choice, Count::optional,
     "add or replace (any), only replace (exist), only add (noexist)", "any|exist|noexist"},
};
constexpr Option kOptions[] = {Option::merge, Option::btf, Option::key_type, Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map update /sys/fs/bpf/xdp/policy key 10.0.0.0/8 value action=XDP_DROP",
     "drop what comes from there"},
    {"bpfmaps map update /sys/fs/bpf/flows key saddr=10.0.0.1 value packets=0 exist --merge",
     "one field of an entry; the others stay"},
    {"bpfmaps map update /sys/fs/bpf/my_data key 0 value limit=10", "one global variable"},
    {"echo '{\"limit\":7}' | bpfmaps map update /sys/fs/bpf/my_data key 0 value -",
     "what another program made"},
    {"bpfmaps map update /sys/fs/bpf/of_tasks pid 1 value mark=1", "what a program finds there"},
    {"bpfmaps map update /sys/fs/bpf/jumps key 0 value pinned /sys/fs/bpf/drop", "a program"},
};

}  // namespace

const cli::Command kMapUpdate{
    .object = "map",
    .verb = "update",
    .summary = "write one entry of a map",
    .details =
        R"(DATA is one word for a type of one value (a number, an enum's name, true or false,
text, an address, a prefix), one word of JSON as dump prints it, FIELD=VALUE words with paths such
as in[0].a, or bytes: `hex` and hex digits, or as many numbers from 0 to 255 as the type has
bytes. A value that does not fit its field is refused, and nothing is written.

`@FILE` is DATA that stands in a file, `-` DATA from standard input: the text of one word with
any blanks around it, or the bytes themselves, as many as the type has. Text that starts with @
is given in JSON: '"@x"'.

Where the map holds maps or programs, the value is `id N`, `pinned PATH` or `name NAME`; in a
devmap it is an interface. The kernel empties a prog_array when its last pin and the last
process that has it open are gone, although programs use it: one that is named by its id and has
neither is not written to; pin it first. In local storage a process, socket, file or cgroup
stands in the place of the key, as `map lookup` takes it.

Fields that are not given are zero; with --merge they keep what the entry has. Global variables
always keep theirs. In global variables, and in other arrays that can be mapped into memory,
only the bytes of the given fields are written. In other maps, reading the old value and writing
the new one are two steps: what a program writes in between is lost. The same holds for all CPUs
of a per-CPU map, whose values can only be written together.

In an LPM trie, --merge and `exist` mean the entry with just that prefix. Where the length of
the prefix is not given, it is that of the whole key.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
