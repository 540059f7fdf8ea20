// SPDX-License-Identifier: BSD-2-Clause
// prog loadall OBJ DIR: every program of an object into the kernel.
#include "commands/records.h"
#include "commands/shared/loading.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  return load_and_print(request, context,
                        {.programs = object::EveryProgram{std::string(request.word("DIR"))}});
}

constexpr auto kOperands = with_loading_operands({
    {"", "OBJ", Takes::object, Count::one, "an object file, or the name of a built-in"},
    {"", "DIR", Takes::bpffs_dir, Count::one, "where the programs are pinned, by their names"},
    {"type", "TYPE", Takes::word, Count::optional, "their type, where sections do not say it"},
});
constexpr cli::Option kOptions[] = {cli::Option::log};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog loadall xdp_stats_percpu /sys/fs/bpf/xdp pinmaps /sys/fs/bpf/xdp",
     "both programs of the built-in counter and the map they share"},
};

}  // namespace

const cli::Command kProgLoadall{
    .object = "prog",
    .verb = "loadall",
    .summary = "load every program of an object and pin them",
    .details =
        R"(As `prog load`, for all programs of OBJ: each is pinned in DIR by its name, and maps
declared LIBBPF_PIN_BY_NAME beside them. Optional programs, SEC("?..."), are left out. An object
without programs is loaded for its maps, with `pinmaps`. All or nothing.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
