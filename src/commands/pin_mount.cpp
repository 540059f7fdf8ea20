// SPDX-License-Identifier: BSD-2-Clause
// pin mount DIR: mount a BPF file system.
#include "commands/context.h"
#include "commands/records.h"
#include "kernel/mounts.h"

namespace bpfmaps::commands {
namespace {

Status run(const cli::Request& request, Context&) {
  return kernel::mount_bpffs(std::string(request.word("DIR")));
}

constexpr cli::Operand kOperands[] = {
    {"", "DIR", cli::Takes::directory, cli::Count::one, "an existing directory"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps pin mount /sys/fs/bpf", "where everybody expects it"},
};

}  // namespace

const cli::Command kPinMount{
    .object = "pin",
    .verb = "mount",
    .summary = "mount a BPF file system",
    .details =
        "Mounts a new, empty BPF file system on DIR, for its owner only (mode 0700), with "
        "nosuid, nodev and noexec. A DIR that lies in one already is refused.",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
