// SPDX-License-Identifier: BSD-2-Clause
#include "cli/texts.h"

namespace bpfmaps::cli {

const std::string_view kSummary = "look into, and work with, what is pinned in a BPF file system";

const std::string_view kDetails =
    R"(Maps, programs and links live in the kernel; a BPF file system, as a rule /sys/fs/bpf,
gives them names. bpfmaps opens them by these names, says what they are, decodes what maps hold by
the types (BTF) that came with them, and prints tables for people and JSON for other programs.

Whoever may read a pin may look into its map: only listing by id, and the types of a map, need
the capability CAP_SYS_ADMIN.

Verbs must be typed whole. A command that is refused has changed nothing.)";

const std::string_view kNamingNotes =
    "A PATH without `pinned` in front must contain a slash. Where several objects have the NAME or "
    "TAG, the command is refused and lists their ids.";

const std::string_view kOutput =
    "Tables are for people and may change. Their headings are the field paths that --where, --sort "
    "and --fields take. Control characters in names and texts are shown escaped.\n\n"
    "JSON is for programs, and its shapes are a promise. `list` gives an array and `show` one "
    "object; `map dump` gives an array of {\"key\":K,\"value\":V}, per-CPU maps "
    "{\"key\":K,\"values\":[{\"cpu\":N,\"value\":V},...]}. A type decides how a value looks, never "
    "the value: integers are numbers, enums their names, char arrays text, structs objects. "
    "Without types, bytes are one string, \"01 00 00 00\", in the order they have in memory.\n\n"
    "If reading stops early, the JSON array is left open and the exit status is 1.\n\n"
    "Errors go to standard error: one line, and at most one hint. With --json the error is one "
    "object there, {\"error\":{...}}.";

namespace {

constexpr Line kExitCodes[] = {
    {"0", "done"},
    {"1", "failed, or the answer is not whole"},
    {"2", "the command line is wrong"},
    {"3", "what was asked for is not there: no such key, pin, id"},
    {"4", "not permitted"},
    {"5", "`map diff` found a difference"},
};

constexpr Line kEnvironment[] = {
    {"NO_COLOR", "where it is set, tables have no colour unless --color asks for it"},
    {"TERM", "`dumb` has no colour either"},
    {"COLUMNS", "the width of the terminal, in place of what it says of itself"},
    {"LC_ALL, LC_CTYPE, LANG", "the first one that is set: with C or POSIX only ASCII is drawn"},
};

constexpr Example kFirstSteps[] = {
    {"bpfmaps prog loadall xdp_stats_percpu /sys/fs/bpf/xdp pinmaps /sys/fs/bpf/xdp",
     "load a built-in counter of packets, and pin its programs and maps"},
    {"bpfmaps prog attach /sys/fs/bpf/xdp/xdp_stats_pass xdp dev eth0",
     "let it count what arrives on eth0"},
    {"bpfmaps pin list --tree", "see what is pinned"},
    {"bpfmaps map dump /sys/fs/bpf/xdp/stats --cpu sum", "read the counters as a table"},
    {"bpfmaps map dump /sys/fs/bpf/xdp/stats --cpu sum --json | jq '.[0].value'",
     "read them with another program"},
    {"bpfmaps prog detach /sys/fs/bpf/xdp/xdp_stats_pass xdp dev eth0", "stop counting"},
    {"bpfmaps pin rm -r /sys/fs/bpf/xdp", "unpin it all"},
};

}  // namespace

std::span<const Line> exit_codes() { return kExitCodes; }
std::span<const Line> environment() { return kEnvironment; }
std::span<const Example> first_steps() { return kFirstSteps; }

}  // namespace bpfmaps::cli
