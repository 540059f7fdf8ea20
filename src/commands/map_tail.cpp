// SPDX-License-Identifier: BSD-2-Clause
// map tail MAP: the records that programs send through a ring buffer or perf_event_array.
#include "base/number.h"
#include "base/text.h"
#include "base/time.h"
#include "commands/records.h"
#include "commands/watch/tail.h"
#include "entries/type_source.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

Result<TailOptions> options_from(const cli::Request& request, const output::Style& style) {
  TailOptions options{.consume = request.has(Option::consume)};
  if (style.is_document())
    return fail(Error::usage("this goes on until it is ended, and has no form with an end",
                             "--jsonl prints one JSON object to a line"));
  if (options.consume && request.has(Option::from))
    return fail(
        Error::usage("--consume begins where the last reader stopped, so there is no --from"));
  if (request.has(Option::from))
    options.from = request.value(Option::from) == "now" ? kernel::From::now : kernel::From::oldest;
  if (request.has(Option::count_records)) {
    options.count = *parse_u64(request.value(Option::count_records));
    if (options.count == 0) return fail(Error::usage("--count must be at least 1"));
  }
  if (request.has(Option::time)) {
    const auto time = parse_duration_ns(request.value(Option::time));
    if (!time)
      return fail(Error::usage("--for: `" + request.value(Option::time) + "` is no time",
                               "as in --for 10s, --for 500ms or --for 2m"));
    options.time_ns = *time;
  }
  options.types.names = request.value(Option::type);
  if (request.has(Option::type_by)) options.types.by = request.value(Option::type_by);
  EventQuestions& asked = options.questions;
  asked.style = style;
  if (request.has(Option::where)) asked.where = request.value(Option::where);
  if (request.has(Option::fields))
    for (const std::string_view name : split(request.value(Option::fields), ','))
      asked.fields.emplace_back(name);
  return options;
}

Status run(const cli::Request& request, Context& context) {
  TailOptions options = TRY(options_from(request, context.style));
  const entries::TypeSource source =
      TRY(entries::open_type_source(request.value(cli::Option::btf)));
  options.types.file = source.types;
  return tail(request.selector("MAP"), options, context);
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the ring buffer or perf_event_array"},
};
constexpr Option kOptions[] = {Option::type,          Option::type_by, Option::btf,
                               Option::where,         Option::fields,  Option::from,
                               Option::count_records, Option::time,    Option::consume};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map tail /sys/fs/bpf/xdp/events --type 'struct xdp_event'",
     "what a program says, as it says it"},
    {"bpfmaps map tail /sys/fs/bpf/xdp/events --type 'struct xdp_event' --where 'length > 1000'",
     "some of it"},
    {"bpfmaps map tail /sys/fs/bpf/xdp/events --from oldest --count 10",
     "the ten oldest records as bytes"},
};

}  // namespace

const cli::Command kMapTail{
    .object = "map",
    .verb = "tail",
    .summary = "show the records that programs send, as they come",
    .details =
        R"(Follows a ring buffer beside its owner and takes nothing out of it: the owner gets
every record. Its memory is mapped for reading; only a map that may be written can be mapped.
Records that the ring overwrote before they could be read are lost only here, and a line of its
own says so: `-- 4096 bytes lost --`, or `lost` in JSON. It ends with Ctrl-C, after --count
records or --for a time, and then says on standard error how many records were shown and what was
lost.

--from now begins with the next record, --from oldest with the oldest one that is still whole; a
user_ringbuf, which programs read, begins with what waits for them. A record is shown when it is
complete; a remark tells of one that a program has not finished for a second. When another map
is pinned at the path, a remark says so and the new one is followed.

The kernel keeps no types for records. --type names one: of --btf FILE, else of the map or of
the programs that use it. Without it records are bytes, and structs of their size are named.
Several types are told by their size, or by a field that all begin with: --type-by kind --type
1='struct open',2='struct close'. Bytes after the struct are shown as `rest`. --where and
--fields ask for fields of the record and for `ts`, `position`, `size` and `cpu`. `ts` is when
the record was read, since a ring keeps no time; a perf_event_array does.

A perf_event_array hands each record to one reader. Only slots of CPUs that nobody reads are
taken, and are empty again at the end.

--consume takes the records, for maps that nobody reads: from a ring buffer what is shown, and
from other readers of a perf_event_array their slots. It says who has the map open.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
