// SPDX-License-Identifier: BSD-2-Clause
#include "cli/parse.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "unit/cli/small_table.h"

namespace bpfmaps::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Special = Request::Special;

// Words are told apart by one space; `_` stands for an empty word.
Result<Request> read(std::string_view line) {
  std::vector<std::string> words;
  for (const std::string_view word : split(line, ' ')) words.emplace_back(word == "_" ? "" : word);
  return parse(small::kSmallTable, words);
}

Request accepted(std::string_view line) {
  auto request = read(line);
  EXPECT_TRUE(request) << line << ": " << (request ? "" : request.error().context);
  return request ? *std::move(request) : Request{};
}

// What is wrong, and the hint behind an arrow.
std::string refusal(std::string_view line) {
  const auto request = read(line);
  if (request) return "accepted";
  EXPECT_EQ(request.error().kind, Kind::usage);
  return request.error().context + " -> " + request.error().hint;
}

TEST(Parse, finds_object_and_verb) {
  const Request request = accepted("map dump id 7");
  EXPECT_EQ(request.command->verb, "dump");
  EXPECT_EQ(request.object, "map");
  EXPECT_EQ(request.special, Special::none);
}

TEST(Parse, reads_every_way_to_name_an_object) {
  EXPECT_EQ(accepted("map dump id 0x10").selector("MAP").id, 16u);
  EXPECT_EQ(accepted("map dump id 7").selector("MAP").describe(), "id 7");
  EXPECT_EQ(accepted("map dump pinned x").selector("MAP").describe(), "x");
  EXPECT_EQ(accepted("map dump name stats").selector("MAP").describe(), "name stats");
  EXPECT_EQ(accepted("map dump ./x").selector("MAP").by, Selector::By::pinned);
  EXPECT_EQ(accepted("prog show tag 00ff").selector("PROG").describe(), "tag 00ff");
}

TEST(Parse, says_how_an_object_is_named) {
  EXPECT_EQ(refusal("map dump stats"),
            "map dump: `stats` does not say which map: id N | pinned PATH | name NAME | PATH -> "
            "did you mean `name stats`?");
  EXPECT_THAT(refusal("map dump 7"), HasSubstr("did you mean `id 7`?"));
  EXPECT_THAT(refusal("map dump pined /x"), HasSubstr("did you mean `pinned`?"));
  EXPECT_THAT(refusal("map dump tag 00ff"), HasSubstr("does not say which map"));
  EXPECT_THAT(refusal("map dump id x"), HasSubstr("`x` is no id"));
  EXPECT_THAT(refusal("map dump id 4294967296"), HasSubstr("is no id"));
  EXPECT_THAT(refusal("map dump id"), HasSubstr("`id` lacks a number"));
  EXPECT_THAT(refusal("map dump _"), HasSubstr("`MAP` is an empty word"));
}

TEST(Parse, takes_options_anywhere) {
  for (const char* line : {"-j map dump id 7 --limit 3", "map --limit=3 dump -j id 7",
                           "map dump --limit 3 id --json 7", "map dump id 7 --limit 3 -j --"}) {
    const Request request = accepted(line);
    EXPECT_TRUE(request.has(Option::json)) << line;
    EXPECT_EQ(request.value(Option::limit), "3") << line;
    EXPECT_EQ(request.selector("MAP").id, 7u) << line;
  }
  const Request grouped = accepted("map list -jn");
  EXPECT_TRUE(grouped.has(Option::json) && grouped.has(Option::net));
  EXPECT_TRUE(accepted("pin rm -r /x").has(Option::recursive));
}

TEST(Parse, takes_words_that_look_like_options_behind_two_dashes) {
  EXPECT_THAT(refusal("map dump -x/y"), HasSubstr("-> what stands behind a `--` is no option"));
  EXPECT_EQ(accepted("map dump -- -x/y").selector("MAP").text, "-x/y");
  EXPECT_EQ(accepted("map dump pinned -- --json").selector("MAP").text, "--json");
  EXPECT_FALSE(accepted("map dump pinned -- --json").has(Option::json));
}

TEST(Parse, refuses_options_with_the_way_out) {
  EXPECT_EQ(refusal("map dump id 7 --limt 3"),
            "map dump: there is no option `--limt` -> did you mean `--limit`?");
  EXPECT_EQ(refusal("map dump id 7 --tree"),
            "map dump: --tree is not one of its options -> its options are --where --limit --cpu");
  EXPECT_THAT(refusal("pin list --tree"), HasSubstr("only the options that go with every"));
  EXPECT_EQ(refusal("map dump id 7 -x"),
            "map dump: -x is --vertical, which is not one of its options -> its options are "
            "--where --limit --cpu; what stands behind a `--` is no option: `-- -x`");
  EXPECT_THAT(refusal("map dump id 7 --vertical"), Not(HasSubstr("behind a")));
  EXPECT_THAT(refusal("map dump id 7 --labels a=b"), HasSubstr("--labels is not one of its"));
  EXPECT_THAT(refusal("map dump id 7 --limit"), HasSubstr("--limit lacks its N"));
  EXPECT_THAT(refusal("map dump id 7 --limit x"), HasSubstr("--limit: `x` is no number"));
  EXPECT_THAT(refusal("map dump id 7 --limit -3"), HasSubstr("--limit: `-3` is no number"));
  EXPECT_THAT(refusal("map dump id 7 --cpu summ"), HasSubstr("did you mean `sum`?"));
  EXPECT_THAT(refusal("map dump id 7 --json=x"), HasSubstr("--json takes no argument"));
  EXPECT_THAT(refusal("map dump id 7 --json="), HasSubstr("--json takes no argument"));
  EXPECT_THAT(refusal("map dump id 7 -jz"), HasSubstr("no option `-z`"));
  EXPECT_THAT(refusal("map dump id 7 --limit 1 --limit 2"), HasSubstr("given twice"));
  EXPECT_EQ(accepted("--color never map list --color always").value(Option::color), "always");
  EXPECT_TRUE(accepted("map list -j --json").has(Option::json));
}

TEST(Parse, of_two_options_with_one_name_the_verb_tells_which) {
  for (const char* line :
       {"map list --stream", "map --stream list", "--stream map list", "map show --stream"})
    EXPECT_TRUE(accepted(line).has(Option::streaming)) << line;
  for (const char* line : {"map show id 7 --stream stderr", "--stream stderr map show id 7",
                           "map list id 7 --stream=stderr"})
    EXPECT_EQ(accepted(line).value(Option::stream), "stderr") << line;
  EXPECT_THAT(refusal("map show id 7 --stream"), HasSubstr("--stream lacks its stdout|stderr"));
  EXPECT_THAT(refusal("map list --stream=3"), HasSubstr("--stream takes no argument"));
  EXPECT_THAT(refusal("map dump id 7 --stream stderr"),
              HasSubstr("--stream is not one of its options"));
}

TEST(Parse, tells_words_from_options) {
  const Request negative = accepted("map update id 7 key -3 value -0x10 -5");
  EXPECT_THAT(negative.find("key")->words, ElementsAre("-3"));
  EXPECT_THAT(negative.find("value")->words, ElementsAre("-0x10", "-5"));
  EXPECT_THAT(accepted("-j pin rm -- -j --help").all("PATH"), testing::SizeIs(2));
  EXPECT_THAT(accepted("-j map update id 7 key - value \x01- \x01").find("value")->words,
              ElementsAre("\x01-", "\x01"));
  EXPECT_EQ(accepted("map dump id 7 --where a==-3").value(Option::where), "a==-3");
  EXPECT_EQ(accepted("map dump id 7 --where -3").value(Option::where), "-3");
  EXPECT_EQ(accepted("map dump id 7 --where=a=b").value(Option::where), "a=b");
}

TEST(Parse, takes_a_choice_before_what_the_grammar_puts_behind_it) {
  for (const char* line : {"prog dump jited id 7 opcodes", "prog dump id 7 opcodes jited",
                           "prog dump id 7 jited opcodes"}) {
    const Request request = accepted(line);
    EXPECT_EQ(request.word("CODE"), "jited");
    EXPECT_EQ(request.selector("PROG").id, 7u);
    EXPECT_NE(request.find("opcodes"), nullptr);
  }
  EXPECT_EQ(accepted("prog dump id 7").find("CODE"), nullptr);
  EXPECT_THAT(refusal("prog dump jited"), HasSubstr("`PROG` is missing"));
  EXPECT_THAT(refusal("prog dump jited xlated id 7"), HasSubstr("`xlated`"));
  EXPECT_THAT(refusal("prog dump opcodes id 7"), HasSubstr("`opcodes`"));
  EXPECT_THAT(refusal("map update any id 7 key 1 value 2"), HasSubstr("`any`"));
}

TEST(Parse, collects_data_up_to_the_next_keyword) {
  const Request request = accepted("map update id 7 key 1 2 3 value a=1 b=2 noexist");
  EXPECT_THAT(request.find("key")->words, ElementsAre("1", "2", "3"));
  EXPECT_THAT(request.find("value")->words, ElementsAre("a=1", "b=2"));
  EXPECT_EQ(request.given.back().words.front(), "noexist");
  EXPECT_EQ(accepted("map update id 7 exist value 1 key 2").given.size(), 4u);
  EXPECT_THAT(refusal("map update id 7 key 1 key 2"), HasSubstr("`key DATA` is given twice"));
  EXPECT_THAT(refusal("map update id 7 key 1 value 2 any exist"), HasSubstr("given twice"));
  EXPECT_THAT(refusal("map update id 7 value 2 key"), HasSubstr("`key DATA` is not whole"));
}

TEST(Parse, reads_keywords_of_two_words_that_repeat) {
  const Request request =
      accepted("prog load o.o /p map name a id 1 pinmaps /d map name b ./b map idx 0 id 9");
  ASSERT_EQ(request.all("map name").size(), 2u);
  EXPECT_EQ(request.all("map name")[1]->words.front(), "b");
  EXPECT_EQ(request.all("map name")[1]->selector.text, "./b");
  EXPECT_EQ(request.number("map idx", 7), 0u);
  EXPECT_EQ(request.selector("map idx").id, 9u);
  EXPECT_EQ(request.word("pinmaps"), "/d");
  EXPECT_EQ(request.word("PATH"), "/p");
  EXPECT_THAT(refusal("prog load o.o /p map"), HasSubstr("something is missing behind `map`"));
  EXPECT_THAT(refusal("prog load o.o /p map nam a"), HasSubstr("did you mean `name`?"));
  EXPECT_THAT(refusal("prog load o.o /p map name a"),
              HasSubstr("`map name NAME MAP` is not whole"));
  EXPECT_THAT(refusal("prog load o.o /p map idx x id 1"), HasSubstr("`x` is no number"));
  EXPECT_THAT(refusal("prog load o.o /p pinmap /d"), HasSubstr("did you mean `pinmaps`?"));
}

TEST(Parse, reads_a_word_between_two_values) {
  const Request request = accepted("prog load o.o /p map stats entries 5 map name entries /m");
  ASSERT_EQ(request.all("map").size(), 1u);
  EXPECT_THAT(request.all("map")[0]->words, ElementsAre("stats", "5"));
  EXPECT_EQ(request.all("map name")[0]->words.front(), "entries");
  EXPECT_THAT(refusal("prog load o.o /p map stats entry 5"),
              HasSubstr("`entry` is not understood here"));
  EXPECT_THAT(refusal("prog load o.o /p map stats entries x"), HasSubstr("`x` is no number"));
  EXPECT_THAT(refusal("prog load o.o /p map stats"),
              HasSubstr("`map NAME entries N` is not whole"));
}

TEST(Parse, reads_choices_and_keywords_that_stand_alone) {
  const Request request = accepted("prog attach id 3 dev eth0 overwrite xdp mode native");
  EXPECT_NE(request.find("overwrite"), nullptr);
  EXPECT_EQ(request.word("mode", "generic"), "native");
  EXPECT_EQ(accepted("prog attach id 3 xdp dev x").word("mode", "generic"), "generic");
  EXPECT_THAT(refusal("prog attach id 3 xpd dev eth0"), HasSubstr("did you mean `xdp`?"));
  EXPECT_THAT(refusal("prog attach id 3 xdp dev eth0 mode nativ"), HasSubstr("`native`?"));
  EXPECT_THAT(refusal("prog attach id 3 dev eth0"), HasSubstr("`xdp|tcx` is missing"));
}

TEST(Parse, names_what_is_missing_and_shows_the_grammar) {
  EXPECT_EQ(refusal("map update id 7 key 1"),
            "map update: `value DATA` is missing -> usage: bpfmaps map update MAP key DATA value "
            "DATA [any|exist|noexist]");
  EXPECT_EQ(refusal("pin rm"),
            "pin rm: `PATH` is missing -> usage: bpfmaps pin rm PATH... [--recursive] [--dry-run]");
  EXPECT_THAT(refusal("map create /p entries x"), HasSubstr("`x` is no number for `entries N`"));
  EXPECT_THAT(refusal("map dump id 7 more"), HasSubstr("`more` is not understood here"));
  EXPECT_THAT(refusal("pin add mpa id 7 /p"), HasSubstr("none of map, prog, link"));
}

TEST(Parse, reads_any_object_behind_its_noun) {
  const Request request = accepted("pin add prog tag 00ff /p");
  EXPECT_EQ(request.find("WHAT")->noun, "prog");
  EXPECT_EQ(request.selector("WHAT").describe(), "tag 00ff");
  EXPECT_EQ(request.word("PATH"), "/p");
}

TEST(Parse, knows_the_two_names_that_bpftool_has_for_one_verb) {
  EXPECT_EQ(accepted("-j map show").command->verb, "list");
  EXPECT_EQ(accepted("map list id 7").command->verb, "show");
  EXPECT_EQ(accepted("map list").command->verb, "list");
  EXPECT_EQ(accepted("pin list a b").command->verb, "list");
  EXPECT_THAT(refusal("prog show"), HasSubstr("`PROG` is missing"));
}

TEST(Parse, an_object_alone_is_listed) {
  EXPECT_EQ(accepted("map").command->verb, "list");
  EXPECT_TRUE(accepted("map --json").has(Option::json));
  EXPECT_TRUE(accepted("map --stream").has(Option::streaming));
  EXPECT_EQ(refusal("prog"), "prog: a verb is missing -> one of show, load, attach, detach, dump");
}

TEST(Parse, knows_what_bpftools_words_are_here) {
  EXPECT_THAT(refusal("map event_pipe"), HasSubstr("map tail MAP"));
  EXPECT_THAT(refusal("gen skeleton x.o"), HasSubstr("use bpftool"));
}

TEST(Parse, takes_what_bpftool_takes_and_does_not_show_it) {
  const Request request = accepted("-fdml --nomount map list --bpffs");
  EXPECT_EQ(request.command->verb, "list");
  EXPECT_TRUE(request.has(Option::verbose));
  EXPECT_THAT(refusal("map list --bpff"), Not(HasSubstr("--bpffs")));
}

TEST(Parse, any_stands_for_a_program_where_the_grammar_says_so) {
  const Request request = accepted("prog detach any xdp");
  EXPECT_EQ(request.selector("PROG").by, Selector::By::any);
  EXPECT_EQ(accepted("prog detach id 7 xdp").selector("PROG").by, Selector::By::id);
  EXPECT_THAT(refusal("prog show any"), HasSubstr("does not say which program"));
}

TEST(Parse, never_guesses_a_verb_from_a_prefix) {
  EXPECT_EQ(refusal("map d id 7"),
            "map has no verb `d` -> one of list, show, dump, update, create");
  EXPECT_EQ(refusal("map du id 7"), "map has no verb `du` -> did you mean `dump`?");
  EXPECT_EQ(refusal("mpa"), "there is no object `mpa` -> did you mean `map`?");
  EXPECT_EQ(refusal("zzz"), "there is no object `zzz` -> one of map, prog, pin");
  EXPECT_EQ(refusal(""), "an object is missing -> one of map, prog, pin; `bpfmaps help` says more");
}

TEST(Parse, help_and_version_win_over_what_is_wrong_behind_the_verb) {
  for (const char* line : {"help", "--help", "-jh", "--help --wat"})
    EXPECT_EQ(accepted(line).special, Special::help) << line;
  for (const char* line : {"map help", "help map", "map --help", "map -h --where"})
    EXPECT_EQ(accepted(line).object, "map") << line;
  for (const char* line : {"map dump help", "help map dump", "map help dump", "map dump -h --wat",
                           "map dump --help x y z --limit x", "map dump --help --limit"}) {
    const Request request = accepted(line);
    EXPECT_EQ(request.special, Special::help) << line;
    EXPECT_EQ(request.command->verb, "dump") << line;
  }
  EXPECT_EQ(accepted("map show --help").command->verb, "show");
  EXPECT_EQ(accepted("version").special, Special::version);
  EXPECT_EQ(accepted("map nonsense -V").special, Special::version);
  EXPECT_THAT(refusal("mpa --help"), HasSubstr("there is no object `mpa`"));
}

TEST(Parse, finds_hidden_verbs_and_never_names_them) {
  EXPECT_TRUE(accepted("__inner work").command->hidden);
  EXPECT_THAT(refusal("__inne"), testing::Not(HasSubstr("inner")));
}

}  // namespace
}  // namespace bpfmaps::cli
