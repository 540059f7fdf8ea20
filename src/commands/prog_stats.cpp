// SPDX-License-Identifier: BSD-2-Clause
// prog stats [PROG...]: how often programs run, how long a run takes, and what that costs.
#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

#include "base/human.h"
#include "base/number.h"
#include "base/text.h"
#include "commands/records.h"
#include "commands/shared/list_query.h"
#include "commands/watch/loop.h"
#include "commands/watch/prog_runs.h"
#include "commands/watch/row_history.h"
#include "kernel/prog/run_stats.h"
#include "output/csv.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;
using output::Table;
using output::Value;

// Every column, and what it puts first: the greatest number, or the least id.
struct Column {
  std::string_view heading;
  bool right;
  std::function<double(const RunStep&)> order;  // none: not to be sorted by
  std::function<std::string(const RunStep&)> cell;
};

std::string measured(const RunStep& step, std::string text) {
  return step.mark.empty() ? text : "-";
}

// ASCII, since nothing here knows what a terminal can show.
std::string duration_text(double ns) {
  char text[kLongestHuman];
  return {text, write_human_duration(text, static_cast<std::uint64_t>(ns + 0.5), true)};
}

// What --where asks of a program; a table of this does not exist.
std::vector<output::Column> record_columns() {
  using Kind = output::Column::Kind;
  return {{"id", "id", Kind::number},
          {"type", "type"},
          {"name", "name"},
          {"run_cnt", "run_cnt", Kind::number},
          {"run_time_ns", "run_time_ns", Kind::number},
          {"ns_per_run", "ns_per_run", Kind::real},
          {"cpu_share", "cpu_share", Kind::share}};
}

const std::vector<Column>& columns() {
  static const std::vector<Column> kColumns = {
      {"id", true, [](const RunStep& step) { return -static_cast<double>(step.id); },
       [](const RunStep& step) { return number_text(std::uint64_t{step.id}); }},
      {"type", false, {}, [](const RunStep& step) { return terminal_safe(step.type); }},
      {"name", false, {}, [](const RunStep& step) { return terminal_safe(step.name); }},
      {"runs", true, [](const RunStep& step) { return static_cast<double>(step.run_cnt); },
       [](const RunStep& step) { return number_text(step.run_cnt); }},
      {"change",
       true,
       {},
       [](const RunStep& step) {
         if (!step.mark.empty()) return std::string(step.mark);
         return (step.runs == 0 ? "" : "+") + human_count(static_cast<double>(step.runs));
       }},
      {"runs/s", true, &RunStep::rate,
       [](const RunStep& step) { return measured(step, human_count(step.rate())); }},
      {"time/run", true, &RunStep::ns_per_run,
       [](const RunStep& step) {
         return step.runs == 0 ? "-" : measured(step, duration_text(step.ns_per_run()));
       }},
      {"cpu", true, &RunStep::cpu_share,
       [](const RunStep& step) {
         return measured(step, human_count(step.cpu_share() * 100) + " %");
       }},
  };
  return kColumns;
}

output::Record record_of(const RunStep& step) {
  output::Record record;
  record.add("id", step.id)
      .add("type", step.type)
      .add("name", step.name)
      .add("run_cnt", step.run_cnt)
      .add("run_time_ns", step.run_time_ns);
  if (step.mark.empty())
    record.add("delta", Value::Members{{"run_cnt", step.runs}, {"run_time_ns", step.ns}})
        .add("rate", Value::Members{{"run_cnt", step.rate()}})
        .add("ns_per_run", step.ns_per_run())
        .add("cpu_share", step.cpu_share());
  else
    record.add("mark", step.mark);
  return record;
}

class WatchedProgs final : public WatchSource, private WatchRows {
 public:
  WatchedProgs(std::vector<const cli::Given*> given, ListQuery query, const output::Style& style)
      : runs_(std::move(given)), query_(std::move(query)), style_(style) {}

  Status look() override {
    TRY(runs_.read());
    choose();
    history_.begin("");
    for (const RunStep& step : steps_)
      history_.add(number_text(std::uint64_t{step.id}), step.rate());
    return {};
  }

  std::string title() const override {
    const auto count = [this](auto is_so) {
      return static_cast<std::uint64_t>(std::count_if(steps_.begin(), steps_.end(), is_so));
    };
    const auto there = count([](const RunStep& step) { return step.mark != "gone"; });
    std::string text = number_text(there) + (there == 1 ? " program" : " programs");
    if (runs_.can_compare())
      text +=
          ", " + number_text(count([](const RunStep& step) { return step.runs != 0; })) + " ran";
    return text;
  }

  WatchRows& rows() override { return *this; }
  std::string where() const override { return query_.where(); }
  Status set_where(const std::string& where) override {
    TRY(query_.set_where(where));
    choose();
    return {};
  }

 private:
  WatchTable table(const WatchWindow& window) override {
    WatchTable table;
    table.names = 3;
    for (const Column& column : columns()) {
      const bool sorted = window.on_screen && &column == &columns()[sort_];
      if (sorted) table.sorted = table.headings.size();
      table.headings.push_back({(!sorted     ? ""
                                 : reversed_ ? "^"
                                             : "*") +
                                    std::string(column.heading),
                                column.right});
    }
    if (window.on_screen) table.headings.push_back({"last looks", false});
    const std::vector<RunStep> steps = in_order(window.still);
    table.total = steps.size();
    for (std::uint64_t i = window.first; i < steps.size() && i - window.first < window.most; ++i) {
      WatchTable::Row row{.cells = {}, .mark = mark_of(steps[i])};
      for (const Column& column : columns()) row.cells.push_back(column.cell(steps[i]));
      if (window.on_screen)
        row.cells.push_back(history_.drawn(number_text(std::uint64_t{steps[i].id}), style_.ascii));
      table.rows.push_back(std::move(row));
    }
    return table;
  }

  std::string lines(const std::string& ts, std::uint64_t most) override {
    std::string text;
    for (const RunStep& step : first(most)) {
      output::Record record;
      record.add("ts", ts);
      const output::Record shown = record_of(step);
      for (const output::Field& field : shown.fields()) record.add(field.name, field.value);
      append_json(text, record, style_.as_lines());
      text += '\n';
    }
    return text;
  }

  std::string csv(const std::string& ts, std::uint64_t most, bool heading) override {
    std::string text = heading ? "ts,id,type,name,run_cnt,run_time_ns,run_cnt.change,"
                                 "run_time_ns.change,ns_per_run,cpu_share,mark\n"
                               : "";
    for (const RunStep& step : first(most)) {
      std::vector<std::string> cells = {
          ts,        number_text(std::uint64_t{step.id}), step.type,
          step.name, number_text(step.run_cnt),           number_text(step.run_time_ns)};
      const bool compares = step.mark.empty();
      for (const std::uint64_t number : {step.runs, step.ns})
        cells.push_back(compares ? number_text(number) : "");
      for (const double number : {step.ns_per_run(), step.cpu_share()})
        cells.push_back(compares ? number_text(number) : "");
      cells.emplace_back(step.mark);
      for (const std::string& cell : cells) {
        if (&cell != &cells.front()) text += ',';
        output::append_csv(text, style_.terminal ? terminal_safe(cell) : cell);
      }
      text += '\n';
    }
    return text;
  }

  void move_sort(int by) override {
    const std::size_t count = columns().size();
    do sort_ = (sort_ + count + static_cast<std::size_t>(by)) % count;
    while (!columns()[sort_].order);
    reversed_ = false;
  }
  void reverse_sort() override { reversed_ = !reversed_; }

  bool open(const WatchWindow& window, std::uint64_t row) override {
    const std::vector<RunStep> steps = in_order(window.still);
    if (row >= steps.size()) return false;
    opened_ = steps[row].id;
    return true;
  }

  std::vector<std::string> record(const output::Style& style) override {
    for (const RunStep& step : steps_) {
      if (step.id != opened_) continue;
      Table table({{""}, {""}});
      const output::Record shown = record_of(step);
      for (const output::Field& field : shown.fields())
        table.add({field.name, cell_text(field.value, style)});
      return table.lines(style);
    }
    return {"this program is not there any more"};
  }

  static RowMark mark_of(const RunStep& step) {
    if (step.mark == "new") return RowMark::came;
    if (step.mark == "gone") return RowMark::gone;
    return step.runs == 0 ? RowMark::same : RowMark::changed;
  }

  // Those that --where asks for.
  void choose() {
    steps_ = runs_.steps();
    if (query_.where().empty()) return;
    std::vector<output::Record> records;
    for (const RunStep& step : steps_) records.push_back(record_of(step));
    if (!query_.apply(records)) records.clear();  // it was checked
    std::set<std::string> kept;
    for (const output::Record& record : records) kept.insert(cell_text(*record.find("id"), {}));
    std::erase_if(steps_, [&](const RunStep& step) {
      return !kept.contains(number_text(std::uint64_t{step.id}));
    });
  }

  std::vector<RunStep> in_order(bool all) const {
    std::vector<RunStep> steps;
    std::copy_if(steps_.begin(), steps_.end(), std::back_inserter(steps),
                 [&](const RunStep& step) { return all || step.runs != 0 || !step.mark.empty(); });
    const auto& order = columns()[sort_].order;
    std::stable_sort(steps.begin(), steps.end(), [&](const RunStep& a, const RunStep& b) {
      return reversed_ ? order(a) < order(b) : order(a) > order(b);
    });
    return steps;
  }

  std::vector<RunStep> first(std::uint64_t most) const {
    std::vector<RunStep> steps = in_order(false);
    if (steps.size() > most) steps.resize(most);
    return steps;
  }

  ProgRuns runs_;
  ListQuery query_;
  const output::Style& style_;
  std::vector<RunStep> steps_;
  std::size_t sort_ = columns().size() - 1;  // by what it costs
  bool reversed_ = false;
  RowHistory<std::string> history_;
  std::uint32_t opened_ = 0;
};

Status run(const cli::Request& request, Context& context) {
  const WatchOptions asked = TRY(watch_options(request, context.style));
  const Fd counting = TRY(kernel::enable_run_stats());
  ListQuery query = TRY(ListQuery::asking(request.value(Option::where), record_columns()));
  WatchedProgs watched(request.all("PROG"), std::move(query), context.style);
  return run_watch_loop(watched, asked, context);
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::any_number, "which programs; all of them when none is given"},
};
constexpr Option kOptions[] = {Option::interval, Option::count, Option::once, Option::top,
                               Option::where};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog stats", "which programs cost most, every second"},
    {"bpfmaps prog stats pinned /sys/fs/bpf/xdp/xdp_stats_pass --once --interval 10",
     "one program over ten seconds"},
    {"bpfmaps prog stats --jsonl --count 60 | jq -c '[.ts, .name, .cpu_share]'",
     "a minute of all that ran"},
};

}  // namespace

const cli::Command kProgStats{
    .object = "prog",
    .verb = "stats",
    .summary = "show how often programs run, and how long",
    .details =
        R"(Looks at programs every second, or every --interval, and shows how often each of them
has run, its runs a second, the time that a run takes, and the share of one CPU's time that they
took since the look before. The first look is what the second one is compared with.

The kernel counts runs only while it is asked to. This command asks it for as long as it looks,
which costs each run some nanoseconds, and leaves the counting of others as it is.

On a terminal it draws a screen, the costliest programs first, with the keys of `map watch`.
Elsewhere, and with --once, it prints the programs that ran, a block for each look; with --jsonl
one object for each of them, with exact numbers; with --json and --csv, too, where --once or
--count ends it. --where asks the fields of those objects. Programs that were loaded or unloaded
since the look before are marked `new` and `gone`.

Without PROG ids are listed, which needs CAP_SYS_ADMIN. When a PROG is not there any more, the
screen waits for it; without a screen the exit code is 3.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
