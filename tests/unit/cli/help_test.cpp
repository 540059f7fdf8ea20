// SPDX-License-Identifier: BSD-2-Clause
#include "cli/help.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/grammar.h"
#include "cli/man.h"
#include "cli/table.h"
#include "unit/cli/small_table.h"

namespace bpfmaps::cli {
namespace {

using small::kSmallTable;
using testing::HasSubstr;

std::string help_on(std::string_view object, std::string_view verb) {
  Request request;
  request.special = Request::Special::help;
  request.object = object;
  request.command = find_command(kSmallTable, object, verb);
  return help(kSmallTable, request);
}

TEST(Help, tells_all_of_one_verb) {
  EXPECT_EQ(help_on("map", "dump"),
            R"(bpfmaps map dump - every entry

usage: bpfmaps map dump MAP [--where EXPR] [--limit N] [--cpu each|sum|min|max|avg]

One.

Two.

arguments:
  MAP  the map to read

where:
  MAP  id N | pinned PATH | name NAME | PATH

options:
      --where EXPR                only what EXPR holds for
      --limit N                   stop after N
      --cpu each|sum|min|max|avg  per-CPU values one by one, or as one

options of every command (see `bpfmaps help`):
  --json --pretty --jsonl --csv --raw --net --string-ints --color --verbose --help --version

examples:
  bpfmaps map dump /sys/fs/bpf/stats
      all entries
  bpfmaps map dump id 7 --limit 3
      three of them
)");
}

TEST(Help, lists_the_verbs_of_an_object) {
  EXPECT_EQ(help_on("pin", ""),
            R"(bpfmaps pin - pins

verbs:
  list  every pin
  rm    remove pins
  add   pin something

usage:
  bpfmaps pin list [DIR...]
  bpfmaps pin rm PATH... [--recursive] [--dry-run]
  bpfmaps pin add WHAT PATH

`bpfmaps pin VERB --help` says more about one verb.
)");
}

TEST(Help, lists_the_objects_and_what_goes_with_all) {
  const std::string text = help_on("", "");
  EXPECT_THAT(text, HasSubstr("\n  map   maps\n        list show dump update create\n"));
  EXPECT_THAT(text, HasSubstr("\n  -j, --json "));
  EXPECT_THAT(text, HasSubstr("\n  4  not permitted\n"));
  EXPECT_THAT(text, Not(HasSubstr("__inner")));
}

TEST(Help, shows_the_grammar_of_everything_there_is) {
  EXPECT_EQ(grammar(*find_command(kSmallTable, "prog", "load")),
            "prog load OBJ PATH [pinmaps DIR] [map name NAME MAP]... [map idx N MAP]... "
            "[map NAME entries N]...");
  EXPECT_EQ(grammar(*find_command(kSmallTable, "prog", "attach")),
            "prog attach PROG xdp|tcx dev IFACE [mode generic|native] [overwrite]");
}

TEST(Man, marks_up_the_grammar) {
  const std::string page = man_page(kSmallTable, "prog");
  EXPECT_THAT(page, HasSubstr(".Dt BPFMAPS-PROG 8\n"));
  EXPECT_THAT(page, HasSubstr(".Nm bpfmaps\n.Cm prog load\n.Ar OBJ\n.Ar PATH\n"
                              ".Op Cm pinmaps Ar DIR\n.Op Cm map name Ar NAME MAP ...\n"));
  EXPECT_THAT(page, HasSubstr(".Op Cm map Ar NAME Cm entries Ar N ...\n"));
  EXPECT_THAT(page, HasSubstr(".Cm xdp | tcx\n"));
}

TEST(Man, escapes_what_troff_would_obey) {
  static constexpr Example kExamples[] = {{"bpfmaps x y 'a\\b' ~ ^", "it's -- so"}};
  static constexpr Command kCommand{
      "x", "y", "do `it`, now", ".begins with a dot. Then more (`quoted`).",
      {},  {},  kExamples,      small::run_nothing};
  static constexpr const Command* kCommands[] = {&kCommand};
  static constexpr Object kObjects[] = {{"x", "an x", ""}};
  const std::string page = man_page({kObjects, kCommands}, "x");
  EXPECT_THAT(page, HasSubstr("\n\\&.begins with a dot.\nThen more\n.Ql ( quoted ) .\n"));
  EXPECT_THAT(page, HasSubstr("\nDo\n.Ql it ,\nnow.\n"));
  EXPECT_THAT(page, HasSubstr("\nbpfmaps x y \\(aqa\\eb\\(aq \\(ti \\(ha\n"));
}

}  // namespace
}  // namespace bpfmaps::cli
