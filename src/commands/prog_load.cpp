// SPDX-License-Identifier: BSD-2-Clause
// prog load OBJ PATH: one program of an object into the kernel.
#include "commands/loading.h"
#include "commands/records.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  return load_and_print(
      request, context,
      {.program = std::string(request.word("name")), .pin = std::string(request.word("PATH"))});
}

constexpr Operand kOperands[] = {
    {"", "OBJ", Takes::object, Count::one, "an object file, or the name of a built-in"},
    {"", "PATH", Takes::pin_path, Count::one, "where the program is pinned"},
    {"name", "PROGRAM", Takes::word, Count::optional, "which program, where OBJ holds several"},
    {"type", "TYPE", Takes::word, Count::optional, "its type, where the section does not say it"},
    {"pinmaps", "DIR", Takes::bpffs_dir, Count::optional, "pin the maps there, by their names"},
    {"map name", "NAME MAP", Takes::map_name, Count::any_number,
     "use MAP in place of the one OBJ declares", "", Takes::map},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog load xdp_pkt_cnt /sys/fs/bpf/cnt", "the built-in counter"},
    {"bpfmaps prog load xdp_stats_array /sys/fs/bpf/x/pass name xdp_stats_pass pinmaps "
     "/sys/fs/bpf/x",
     "one program of two, and its map as /sys/fs/bpf/x/stats"},
    {"bpfmaps prog load xdp_stats_array /sys/fs/bpf/x/drop name xdp_stats_drop map name stats id 7",
     "the other one, counting into that map"},
};

}  // namespace

const cli::Command kProgLoad{
    .object = "prog",
    .verb = "load",
    .summary = "load one program of an object and pin it",
    .details =
        "The program is verified, loaded and pinned at PATH; directories are made as needed. With "
        "`pinmaps` its maps are pinned by their names, a dot written as _. A map that is pinned "
        "there already is used where it fits; where it does not, the fields that differ are named "
        "and nothing is loaded. Maps given by `map name` stay where they are.\n\n"
        "Without `pinmaps`, only maps declared LIBBPF_PIN_BY_NAME are pinned, beside the "
        "program.\n\n"
        "All or nothing: when a step fails, no pin and no directory is left behind.",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
