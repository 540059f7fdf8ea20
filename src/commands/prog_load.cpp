// SPDX-License-Identifier: BSD-2-Clause
// prog load OBJ PATH: one program of an object into the kernel.
#include "commands/records.h"
#include "commands/shared/loading.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Takes;

Status run(const cli::Request& request, Context& context) {
  return load_and_print(request, context,
                        {.programs = object::OneProgram{std::string(request.word("name")),
                                                        std::string(request.word("PATH"))}});
}

constexpr auto kOperands = with_loading_operands({
    {"", "OBJ", Takes::object, Count::one, "an object file, or the name of a built-in"},
    {"", "PATH", Takes::pin_path, Count::one, "where the program is pinned"},
    {"name", "PROGRAM", Takes::word, Count::optional,
     "which program, where OBJ holds several and PATH does not end in its name"},
    {"type", "TYPE", Takes::word, Count::optional, "its type, where the section does not say it"},
});
constexpr cli::Option kOptions[] = {cli::Option::log};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog load xdp_pkt_cnt /sys/fs/bpf/cnt", "the built-in counter"},
    {"bpfmaps prog load xdp_stats_array /sys/fs/bpf/x/pass name xdp_stats_pass pinmaps "
     "/sys/fs/bpf/x",
     "one program of two, and its map as /sys/fs/bpf/x/stats"},
    {"bpfmaps prog load xdp_stats_array /sys/fs/bpf/x/drop name xdp_stats_drop map name stats id 7",
     "the other one, counting into that map"},
    {"bpfmaps prog load ./limit.bpf.o /sys/fs/bpf/limit var limit=10 var verdict=XDP_DROP",
     "with two of its variables set"},
};

}  // namespace

const cli::Command kProgLoad{
    .object = "prog",
    .verb = "load",
    .summary = "load one program of an object and pin it",
    .details =
        R"(The program is verified, loaded and pinned at PATH; directories are made as needed.
With `pinmaps` its maps are pinned by their names, a dot written as _. A map that is pinned there
already is used where it fits: its sizes, the members of its key and value by name and place, and
the values of constants are compared. Where it does not fit, what differs is named and nothing is
loaded. Maps given by `map name` stay where they are.

Without `pinmaps`, only maps declared LIBBPF_PIN_BY_NAME are pinned: in `pinroot DIR`, else
beside the program.

The programs that the object puts into tables of tail calls are loaded, too, and not pinned. The
kernel empties such a table once nobody has it open and no pin is left, so give `pinmaps`. An
optional program, SEC("?..."), is loaded only by `name`.

`type` takes the name of a section (xdp, tcx/ingress, cgroup/connect4) or of a type (sched_cls),
and is used where the section of a program says none. `map NAME entries N` sets the size of a
map that OBJ declares.

`var` takes what `map update` takes for the variable's type, and may name a part of it: `var
limit=10`, `var config.ports[0]=443`. Constants that are set so are known to the verifier.

With `autoattach` a program whose section says where it belongs (tp/sched/sched_switch,
iter/task) is attached there, and its link is pinned at PATH in its stead; others are pinned as
ever. `over MAP` names the map whose entries an iterator (iter/bpf_map_elem) visits; `prog read`
prints what an iterator prints.

`--log` tells on standard error what the verifier noted of each program: how much it had to look
at, or every step. The reason why it refused a program is always shown; --verbose shows all of
its log.

It does all or nothing: when a step fails, no pin, directory or attachment is left behind.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
