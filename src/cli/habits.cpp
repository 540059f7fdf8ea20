// SPDX-License-Identifier: BSD-2-Clause
#include "cli/habits.h"

#include <algorithm>

#include "base/text.h"
#include "cli/table.h"

namespace bpfmaps::cli {
namespace {

struct Habit {
  std::string_view typed, meant;
};

// Of several meanings the first that the object has.
constexpr Habit kVerbs[] = {
    {"ls", "list"},         {"info", "show"},   {"describe", "show"}, {"stat", "show"},
    {"get", "lookup"},      {"set", "update"},  {"put", "update"},    {"add", "update"},
    {"cat", "dump"},        {"print", "dump"},  {"rm", "delete"},     {"del", "delete"},
    {"remove", "delete"},   {"remove", "rm"},   {"del", "rm"},        {"delete", "rm"},
    {"unpin", "rm"},        {"rename", "mv"},   {"move", "mv"},       {"top", "stats"},
    {"top", "watch"},       {"log", "log"},     {"tracelog", "log"},  {"trace", "tail"},
    {"event_pipe", "tail"}, {"follow", "tail"}, {"flush", "clear"},   {"unload", "detach"},
    {"profile", "stats"},   {"test", "run"},    {"next", "getnext"},  {"types", "schema"},
};

struct OptionHabit {
  std::string_view typed;
  Option needs;  // the option that is meant, if the command has it
  std::string_view hint;
};

constexpr OptionHabit kOptions[] = {
    {"head", Option::limit, "`--limit N` stops after N"},
    {"max", Option::limit, "`--limit N` stops after N"},
    {"first", Option::limit, "`--limit N` stops after N"},
    {"lines", Option::limit, "`--limit N` stops after N"},
    {"reverse", Option::sort, "`--sort FIELD:desc` begins with the greatest"},
    {"desc", Option::sort, "`--sort FIELD:desc` begins with the greatest"},
    {"order-by", Option::sort, "`--sort FIELD` or `--sort FIELD:desc`"},
    {"sort-by", Option::sort, "`--sort FIELD` or `--sort FIELD:desc`"},
    {"order", Option::sort, "`--sort FIELD` or `--sort FIELD:desc`"},
    {"filter", Option::where, "`--where EXPR` leaves what EXPR holds for"},
    {"grep", Option::where, "`--where EXPR` leaves what EXPR holds for"},
    {"match", Option::where, "`--where EXPR` leaves what EXPR holds for"},
    {"select", Option::where, "`--where EXPR` leaves what EXPR holds for"},
    {"columns", Option::fields, "`--fields A,B` names the fields to show"},
    {"cols", Option::fields, "`--fields A,B` names the fields to show"},
    {"wide", Option::fields, "`--fields A,B` names the fields to show; in a pipe a table has all"},
    {"w", Option::fields, "`--fields A,B` names the fields to show; in a pipe a table has all"},
    {"yaml", Option::json, "the forms of an answer are --json, --pretty, --jsonl and --csv"},
    {"xml", Option::json, "the forms of an answer are --json, --pretty, --jsonl and --csv"},
    {"output", Option::json, "the forms of an answer are --json, --pretty, --jsonl and --csv"},
    {"o", Option::json, "the forms of an answer are --json, --pretty, --jsonl and --csv"},
    {"format", Option::json, "the forms of an answer are --json, --pretty, --jsonl and --csv"},
    {"name", Option::json, "`name NAME`, without dashes, names one"},
    {"id", Option::json, "`id N`, without dashes, names one"},
    {"pinned", Option::json, "`pinned PATH`, without dashes, names one"},
    {"tag", Option::json, "`tag TAG`, without dashes, names one"},
    {"key", Option::json, "`key DATA`, without dashes, names an entry"},
    {"value", Option::json, "`value DATA`, without dashes, is what is written"},
};

constexpr Habit kChoices[] = {
    {"skb", "generic"},      {"xdpgeneric", "generic"}, {"drv", "native"},
    {"driver", "native"},    {"xdpdrv", "native"},      {"hw", "offload"},
    {"hardware", "offload"}, {"xdpoffload", "offload"}, {"create", "noexist"},
    {"replace", "exist"},
};

std::string mean(std::string_view word) { return "did you mean `" + std::string(word) + "`?"; }

}  // namespace

std::string verb_habit(const Table& table, std::string_view object, std::string_view word) {
  for (const Habit& habit : kVerbs)
    if (habit.typed == word && find_command(table, object, habit.meant) != nullptr)
      return mean(habit.meant);
  return {};
}

std::string option_habit(const Command& command, std::string_view typed) {
  typed.remove_prefix(std::min(typed.find_first_not_of('-'), typed.size()));
  typed = typed.substr(0, typed.find('='));
  for (const OptionHabit& habit : kOptions)
    if (habit.typed == typed && takes_option(command, habit.needs)) return std::string(habit.hint);
  return {};
}

std::string choice_habit(std::string_view choices, std::string_view word) {
  const auto offered = split(choices, '|');
  for (const Habit& habit : kChoices)
    if (habit.typed == word && std::ranges::find(offered, habit.meant) != offered.end())
      return mean(habit.meant);
  return {};
}

}  // namespace bpfmaps::cli
