// SPDX-License-Identifier: BSD-2-Clause
// __shell generate: the files under completions/ and man/, made from the command table.
#include "cli/man.h"
#include "cli/scripts.h"
#include "commands/records.h"
#include "commands/shared/context.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  const std::string_view what = request.word("WHAT");
  context.out.write(what == "man" ? cli::man_page(context.table, request.word("OBJECT"))
                                  : cli::completion_script(what));
  return {};
}

constexpr cli::Operand kOperands[] = {
    {"", "WHAT", Takes::word, Count::one, "bash, zsh, fish or man"},
    {"", "OBJECT", Takes::word, Count::optional, "whose man page"},
};

}  // namespace

const cli::Command kShellGenerate{
    .object = "__shell",
    .verb = "generate",
    .summary = "print a completion script or a man page",
    .details = {},
    .operands = kOperands,
    .options = {},
    .examples = {},
    .run = run,
    .hidden = true,
};

}  // namespace bpfmaps::commands
