// SPDX-License-Identifier: BSD-2-Clause
// A command table with one of everything that the grammar can say, so that the readers of the table
// are tested apart from the real verbs.
#pragma once

#include "cli/command.h"

namespace bpfmaps::cli::small {

inline Status run_nothing(const Request&, commands::Context&) { return {}; }

inline constexpr Operand kMapOperand[] = {{"", "MAP", Takes::map, Count::one, "the map to read"}};
inline constexpr Operand kProgOperand[] = {{"", "PROG", Takes::prog}};
inline constexpr Operand kUpdate[] = {
    {"", "MAP", Takes::map},
    {"key", "DATA", Takes::data, Count::one, "the key"},
    {"value", "DATA", Takes::data, Count::one, "the value"},
    {"", "", Takes::choice, Count::optional, "whether there may be an entry", "any|exist|noexist"},
};
inline constexpr Operand kLoad[] = {
    {"", "OBJ", Takes::object, Count::one, "a file, or the name of a built-in"},
    {"", "PATH", Takes::pin_path, Count::one, "where the program is pinned"},
    {"pinmaps", "DIR", Takes::bpffs_dir, Count::optional, "pin the maps too"},
    {"map name", "NAME MAP", Takes::map_name, Count::any_number, "use a map that is there", "",
     Takes::map},
    {"map idx", "N MAP", Takes::number, Count::any_number, "the same by number", "", Takes::map},
    {"map", "NAME entries N", Takes::map_name, Count::any_number, "make it larger", "",
     Takes::number, "entries"},
};
inline constexpr Operand kAttach[] = {
    {"", "PROG", Takes::prog},
    {"", "", Takes::choice, Count::one, "the kind of hook", "xdp|tcx"},
    {"dev", "IFACE", Takes::interface, Count::one, "where"},
    {"mode", "", Takes::choice, Count::optional, "how", "generic|native"},
    {"overwrite", "", Takes::nothing, Count::optional, "replace what is there"},
};
inline constexpr Operand kDetach[] = {{"", "PROG", Takes::prog_or_any}, {"", "HOOK", Takes::word}};
inline constexpr Operand kCode[] = {
    {"", "CODE", Takes::choice, Count::optional, "of the code", "xlated|jited"},
    {"", "PROG", Takes::prog},
    {"opcodes", "", Takes::nothing, Count::optional, "the bytes, too"},
};
inline constexpr Operand kDirs[] = {{"", "DIR", Takes::bpffs_dir, Count::any_number, "where"}};
inline constexpr Operand kPaths[] = {{"", "PATH", Takes::pin, Count::many, "what to remove"}};
inline constexpr Operand kAdd[] = {{"", "WHAT", Takes::any},
                                   {"", "PATH", Takes::pin_path, Count::one, "where"}};
inline constexpr Operand kCreate[] = {{"", "PATH", Takes::pin_path, Count::one, "where"},
                                      {"entries", "N", Takes::number, Count::one, "how many"}};

inline constexpr Option kDumpOptions[] = {Option::where, Option::limit, Option::cpu};
inline constexpr Option kListOptions[] = {Option::streaming};
inline constexpr Option kShowOptions[] = {Option::stream};
inline constexpr Option kRmOptions[] = {Option::recursive, Option::dry_run};

inline constexpr Example kDumpExamples[] = {{"bpfmaps map dump /sys/fs/bpf/stats", "all entries"},
                                            {"bpfmaps map dump id 7 --limit 3", "three of them"}};

inline constexpr Command kSmall[] = {
    {"map", "list", "every map", "", {}, kListOptions, {}, run_nothing},
    {"map", "show", "one map", "", kMapOperand, kShowOptions, {}, run_nothing},
    {"map", "dump", "every entry", "One.\n\nTwo.", kMapOperand, kDumpOptions, kDumpExamples,
     run_nothing},
    {"map", "update", "write an entry", "", kUpdate, {}, {}, run_nothing},
    {"map", "create", "make a map", "", kCreate, {}, {}, run_nothing},
    {"prog", "show", "one program", "", kProgOperand, {}, {}, run_nothing},
    {"prog", "load", "load a program", "", kLoad, {}, {}, run_nothing},
    {"prog", "attach", "attach a program", "", kAttach, {}, {}, run_nothing},
    {"prog", "detach", "detach a program", "", kDetach, {}, {}, run_nothing},
    {"prog", "dump", "its code", "", kCode, {}, {}, run_nothing},
    {"pin", "list", "every pin", "", kDirs, {}, {}, run_nothing},
    {"pin", "rm", "remove pins", "", kPaths, kRmOptions, {}, run_nothing},
    {"pin", "add", "pin something", "", kAdd, {}, {}, run_nothing},
    {"__inner", "work", "for scripts", "", {}, {}, {}, run_nothing, false, true},
};
inline constexpr const Command* kSmallCommands[] = {
    &kSmall[0], &kSmall[1], &kSmall[2], &kSmall[3],  &kSmall[4],  &kSmall[5],  &kSmall[6],
    &kSmall[7], &kSmall[8], &kSmall[9], &kSmall[10], &kSmall[11], &kSmall[12], &kSmall[13]};
inline constexpr Object kSmallObjects[] = {
    {"map", "maps", ""}, {"prog", "programs", ""}, {"pin", "pins", ""}};
inline constexpr Table kSmallTable{kSmallObjects, kSmallCommands};

}  // namespace bpfmaps::cli::small
