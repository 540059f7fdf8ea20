// SPDX-License-Identifier: BSD-2-Clause
// pin mount DIR: mount a BPF file system.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "commands/records.h"
#include "commands/shared/changed.h"
#include "commands/shared/context.h"
#include "kernel/names.h"
#include "kernel/pin/mounts.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Takes;
using kernel::Enum;

struct Delegation {
  cli::OperandId keyword;
  Enum names;
  std::uint64_t kernel::BpffsOptions::*bits;
};
constexpr Delegation kDelegations[] = {
    {"delegate_cmds", Enum::commands, &kernel::BpffsOptions::delegate_cmds},
    {"delegate_maps", Enum::map_types, &kernel::BpffsOptions::delegate_maps},
    {"delegate_progs", Enum::prog_types, &kernel::BpffsOptions::delegate_progs},
    {"delegate_attachs", Enum::attach_types, &kernel::BpffsOptions::delegate_attachs}};

/// The bit of one name, all of them for "any".
Result<std::uint64_t> bits_of(const Delegation& delegation, std::string_view word) {
  if (word == "any") return ~std::uint64_t{0};
  std::vector<std::string> names;
  std::string name;
  for (std::uint32_t value = 0; value < 64; ++value) {
    if ((name = kernel::known_name(delegation.names, value)).empty()) break;
    if (name == word) return std::uint64_t{1} << value;
    names.push_back(std::move(name));
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::string hint = did_you_mean(word, known);
  if (hint.empty()) hint = "names as in " + names[1] + "," + names[5] + ", or `any`";
  return fail(Error::usage(std::string(delegation.keyword) + ": `" + std::string(word) +
                               "` is no name that the kernel has",
                           std::move(hint)));
}

Result<std::uint32_t> parse_mode(std::string_view word) {
  std::uint32_t mode = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), mode, 8);
  if (error == std::errc() && end == word.data() + word.size() && mode <= 07777) return mode;
  return fail(Error::usage("mode: `" + std::string(word) + "` is no mode", "as in 0755"));
}

Status run(const cli::Request& request, Context& context) {
  kernel::BpffsOptions options;
  if (request.find("mode") != nullptr) options.mode = TRY(parse_mode(request.word("mode")));
  for (const Delegation& delegation : kDelegations) {
    if (request.find(delegation.keyword) == nullptr) continue;
    // The kernel takes colons between them, since commas are between options.
    std::string list(request.word(delegation.keyword));
    std::ranges::replace(list, ':', ',');
    for (const std::string_view word : split(list, ','))
      options.*delegation.bits |= TRY(bits_of(delegation, word));
  }
  const std::string path(request.word("DIR"));
  TRY(kernel::mount_bpffs(path, options));
  print_change(context, output::Record().add("path", path).add("mounted", true));
  return {};
}

constexpr cli::Operand kOperands[] = {
    {"", "DIR", Takes::directory, Count::one, "an existing directory"},
    {"mode", "MODE", Takes::word, Count::optional, "of its root, in octal; 0700 when not given"},
    {"delegate_cmds", "LIST", Takes::word, Count::optional,
     "commands of bpf(2), such as prog_load"},
    {"delegate_maps", "LIST", Takes::word, Count::optional, "types of maps, such as hash"},
    {"delegate_progs", "LIST", Takes::word, Count::optional, "types of programs, such as xdp"},
    {"delegate_attachs", "LIST", Takes::word, Count::optional, "attach types, such as tcx_ingress"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps pin mount /sys/fs/bpf", "where everybody expects it"},
    {"bpfmaps pin mount /run/bpf mode 0755 delegate_cmds map_create,prog_load delegate_maps any",
     "one that allows a container to load"},
};

}  // namespace

const cli::Command kPinMount{
    .object = "pin",
    .verb = "mount",
    .summary = "mount a BPF file system",
    .details =
        R"(Mounts a new, empty BPF file system on DIR, for its owner only unless `mode` says
otherwise, with nosuid, nodev and noexec. A DIR that lies in one already is refused.

The delegate_ words allow programs in a user namespace, which make a token from the mount, what
each LIST names: the kernel's names in lower case, without what they all begin with, a comma
between; or `any`. Each name is checked before anything is mounted, and so is that the kernel
knows delegation, since older ones ignore it: it came with Linux 6.9.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
