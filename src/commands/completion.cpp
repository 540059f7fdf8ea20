// SPDX-License-Identifier: BSD-2-Clause
// completion bash|zsh|fish: the scripts under completions/, for those who have only the program.
#include "cli/scripts.h"
#include "commands/records.h"
#include "commands/shared/context.h"

namespace bpfmaps::commands {
namespace {

Status run(const cli::Request& request, Context& context) {
  context.out.write(cli::completion_script(request.command->verb));
  return {};
}

constexpr cli::Example kBash[] = {
    {"bpfmaps completion bash > bpfmaps.bash", "`source bpfmaps.bash` in ~/.bashrc loads it"},
};
constexpr cli::Example kZsh[] = {
    {"bpfmaps completion zsh > _bpfmaps", "a directory of $fpath is its place"},
};
constexpr cli::Example kFish[] = {
    {"bpfmaps completion fish > bpfmaps.fish", "~/.config/fish/completions is its place"},
};
constexpr std::string_view kDetails =
    R"(Packages install it where the shell finds it. The script asks the program for what fits:
verbs, options, ids, pins, fields of maps and names of their enums.)";

}  // namespace

const cli::Command kCompletionBash{.object = "completion",
                                   .verb = "bash",
                                   .summary = "print the completion script of bash",
                                   .details = kDetails,
                                   .operands = {},
                                   .options = {},
                                   .examples = kBash,
                                   .run = run};
const cli::Command kCompletionZsh{.object = "completion",
                                  .verb = "zsh",
                                  .summary = "print the completion script of zsh",
                                  .details = kDetails,
                                  .operands = {},
                                  .options = {},
                                  .examples = kZsh,
                                  .run = run};
const cli::Command kCompletionFish{.object = "completion",
                                   .verb = "fish",
                                   .summary = "print the completion script of fish",
                                   .details = kDetails,
                                   .operands = {},
                                   .options = {},
                                   .examples = kFish,
                                   .run = run};

}  // namespace bpfmaps::commands
