// SPDX-License-Identifier: BSD-2-Clause
// pin add OBJECT PATH, and its other names map pin, prog pin and link pin: give an object a name
// in a bpffs.
#include "commands/records.h"
#include "commands/shared/changed.h"
#include "commands/shared/context.h"
#include "commands/shared/select.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

constexpr std::string_view kDetails =
    R"(Pins the object at PATH, which must not exist; its directory must, and lie in a BPF file
system. The pin gets mode 0600. An object can have any number of pins and lives as long as one of
them, or any program or process that uses it.)";

constexpr Operand kPath{"", "PATH", Takes::pin_path, Count::one, "where to pin it"};

Status run(const cli::Request& request, Context& context) {
  const cli::Given& object = request.given.front();
  // `pin add` has the noun before its selector, the others are verbs of the noun itself.
  const std::string_view noun = object.noun.empty() ? request.command->object : object.noun;
  const auto pinned = TRY(open_any(noun, object.selector));
  const int fd = std::visit([](const auto& handle) { return handle.fd(); }, pinned);
  const std::string path(request.word("PATH"));
  TRY(kernel::pin(fd, path));
  const auto id = std::visit([](const auto& handle) { return handle.info().id; }, pinned);
  print_change(context, output::Record().add("kind", noun).add("id", id).add("path", path));
  return {};
}

constexpr Operand kAnyOperands[] = {
    {"", "OBJECT", Takes::any, Count::one, "what to pin"},
    kPath,
};
constexpr Operand kMapOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to pin"},
    kPath,
};
constexpr Operand kProgOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program to pin"},
    kPath,
};
constexpr Operand kLinkOperands[] = {
    {"", "LINK", Takes::link, Count::one, "the link to pin"},
    kPath,
};
constexpr cli::Example kAnyExamples[] = {
    {"bpfmaps pin add map id 7 /sys/fs/bpf/stats", "keep a map that nothing pins yet"},
};
constexpr cli::Example kMapExamples[] = {
    {"bpfmaps map pin name stats /sys/fs/bpf/stats", "keep a map that nothing pins yet"},
};
constexpr cli::Example kProgExamples[] = {
    {"bpfmaps prog pin id 12 /sys/fs/bpf/count", "keep a program that nothing pins yet"},
};
constexpr cli::Example kLinkExamples[] = {
    {"bpfmaps link pin id 3 /sys/fs/bpf/link", "keep it attached when its owner exits"},
};

}  // namespace

const cli::Command kPinAdd{
    .object = "pin",
    .verb = "add",
    .summary = "pin a map, a program or a link",
    .details = kDetails,
    .operands = kAnyOperands,
    .options = {},
    .examples = kAnyExamples,
    .run = run,
    .changes = true,
};

const cli::Command kMapPin{
    .object = "map",
    .verb = "pin",
    .summary = "give a map a name in a BPF file system",
    .details = kDetails,
    .operands = kMapOperands,
    .options = {},
    .examples = kMapExamples,
    .run = run,
    .changes = true,
};

const cli::Command kProgPin{
    .object = "prog",
    .verb = "pin",
    .summary = "give a program a name in a BPF file system",
    .details = kDetails,
    .operands = kProgOperands,
    .options = {},
    .examples = kProgExamples,
    .run = run,
    .changes = true,
};

const cli::Command kLinkPin{
    .object = "link",
    .verb = "pin",
    .summary = "give a link a name in a BPF file system",
    .details = kDetails,
    .operands = kLinkOperands,
    .options = {},
    .examples = kLinkExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
