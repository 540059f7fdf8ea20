// SPDX-License-Identifier: BSD-2-Clause
// map peek, pop, dequeue, push, enqueue: elements without keys.
#include <algorithm>
#include <cerrno>
#include <initializer_list>

#include "commands/records.h"
#include "commands/shared/changed.h"
#include "commands/shared/data.h"
#include "commands/shared/data_file.h"
#include "commands/shared/map_options.h"
#include "entries/stream.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/writer.h"
#include "kernel/names.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;
using kernel::Access;

using Structures = std::initializer_list<kernel::Structure>;
constexpr Structures kOrdered = {kernel::Structure::queue};
constexpr Structures kAll = {kernel::Structure::queue, kernel::Structure::bloom_filter};

// Opens a map of one of `structures`.
Result<std::unique_ptr<entries::TypedMap>> open_elements(const cli::Request& request,
                                                         Context& context, Access access,
                                                         Structures structures) {
  auto typed = TRY(open_typed_map(request, context, access));
  const std::uint32_t type = typed->map.info().type;
  if (std::ranges::find(structures, kernel::kind_of(type).structure) != structures.end())
    return typed;
  return fail(Error::refused(
      Kind::unsupported, "map " + std::string(request.command->verb),
      request.selector("MAP").describe(),
      "this is for queues and stacks, and the map is of type " + kernel::map_type_name(type),
      "map lookup, update and delete work on entries by their keys"));
}

using Read = Status (*)(const kernel::Map&, void*);

Status show_next(const cli::Request& request, Context& context, Access access, Read read) {
  const auto typed = TRY(open_elements(request, context, access, kOrdered));
  Bytes value(typed->shape.size);
  if (const Status found = read(typed->map, value.data()); !found) {
    Error error = about_entry(found.error(), request, *typed);
    if (error.kind == Kind::not_found) error.context = "it is empty", error.hint.clear();
    return fail(std::move(error));
  }
  print_entry({.values = value.data(), .count = 1}, *typed, context);
  return {};
}

Status peek(const cli::Request& request, Context& context) {
  return show_next(request, context, Access::read, [](const kernel::Map& map, void* value) {
    return kernel::lookup(map, nullptr, value);
  });
}

Status take(const cli::Request& request, Context& context) {
  return show_next(request, context, Access::write, kernel::take);
}

Status push(const cli::Request& line, Context& context) {
  const auto typed = TRY(open_elements(line, context, Access::write, kAll));
  const cli::Request request = TRY(with_files(line, *typed));
  Bytes value(typed->shape.size);
  TRY(parse_value(request, *typed, value, false));
  const Status pushed = kernel::update(typed->map, nullptr, value.data());
  if (pushed) {
    print_change(context, output::Record().add("id", typed->map.info().id).add("pushed", 1u));
    return {};
  }
  Error error = about_entry(pushed.error(), request, *typed);
  if (error.code == E2BIG) error.hint = "`bpfmaps map pop` makes room";
  return fail(std::move(error));
}

constexpr Operand kReads[] = {{"", "MAP", Takes::map, Count::one, "a queue or a stack"}};
constexpr Operand kWrites[] = {
    {"", "MAP", Takes::map, Count::one, "a queue, a stack or a bloom filter"},
    {"value", "DATA", Takes::data, Count::one, "the element"},
};
constexpr Option kOptions[] = {Option::btf, Option::value_type};
constexpr cli::Example kPeekExamples[] = {
    {"bpfmaps map peek /sys/fs/bpf/waiting --value-type u64 --json",
     "what comes next: {\"value\":7}"}};
constexpr cli::Example kTakeExamples[] = {
    {"bpfmaps map pop /sys/fs/bpf/waiting", "what comes next, and it is gone"}};
constexpr cli::Example kDequeueExamples[] = {
    {"bpfmaps map dequeue /sys/fs/bpf/waiting", "what comes next, and it is gone"}};
constexpr cli::Example kEnqueueExamples[] = {
    {"bpfmaps map enqueue /sys/fs/bpf/waiting value 7 --value-type u64", "one element more"}};
constexpr cli::Example kPushExamples[] = {
    {"bpfmaps map push /sys/fs/bpf/waiting value 7 --value-type u64", "one element more"}};

constexpr std::string_view kTakeDetails =
    R"(Prints the element and removes it, in one step: no two readers get the same one. A queue
gives its oldest element, a stack its newest. The exit code is 3 where there is none. pop and
dequeue are one verb with two names.)";
constexpr std::string_view kPushDetails =
    R"(Adds an element, DATA as in map update. A full queue or stack is refused. push and enqueue
are one verb with two names.)";

}  // namespace

const cli::Command kMapPeek{
    .object = "map",
    .verb = "peek",
    .summary = "print the next element of a queue or stack",
    .details =
        R"(Prints the element that pop would take, and leaves it there. The exit code is 3 where
there is none.)",
    .operands = kReads,
    .options = kOptions,
    .examples = kPeekExamples,
    .run = peek,
};

const cli::Command kMapPop{
    .object = "map",
    .verb = "pop",
    .summary = "take the next element of a queue or stack",
    .details = kTakeDetails,
    .operands = kReads,
    .options = kOptions,
    .examples = kTakeExamples,
    .run = take,
    .changes = true,
};

const cli::Command kMapDequeue{
    .object = "map",
    .verb = "dequeue",
    .summary = "take the next element of a queue or stack",
    .details = kTakeDetails,
    .operands = kReads,
    .options = kOptions,
    .examples = kDequeueExamples,
    .run = take,
    .changes = true,
};

const cli::Command kMapPush{
    .object = "map",
    .verb = "push",
    .summary = "add an element to a queue, stack or bloom filter",
    .details = kPushDetails,
    .operands = kWrites,
    .options = kOptions,
    .examples = kPushExamples,
    .run = push,
    .changes = true,
};

const cli::Command kMapEnqueue{
    .object = "map",
    .verb = "enqueue",
    .summary = "add an element to a queue, stack or bloom filter",
    .details = kPushDetails,
    .operands = kWrites,
    .options = kOptions,
    .examples = kEnqueueExamples,
    .run = push,
    .changes = true,
};

}  // namespace bpfmaps::commands
