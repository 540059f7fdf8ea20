// SPDX-License-Identifier: BSD-2-Clause
// prog stats [PROG...]: how often programs run, how long a run takes, and what that costs.
#include <algorithm>
#include <functional>
#include <iterator>

#include "base/number.h"
#include "base/text.h"
#include "commands/records.h"
#include "commands/watch/loop.h"
#include "commands/watch/prog_runs.h"
#include "kernel/prog/run_stats.h"
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
      {"ns/run", true, &RunStep::ns_per_run,
       [](const RunStep& step) {
         return step.runs == 0 ? "-" : measured(step, human_count(step.ns_per_run()));
       }},
      {"cpu", true, &RunStep::cpu_share,
       [](const RunStep& step) {
         return measured(step, human_count(step.cpu_share() * 100) + " %");
       }},
  };
  return kColumns;
}

class WatchedProgs final : public WatchSource, private WatchRows {
 public:
  WatchedProgs(std::vector<const cli::Given*> given, const output::Style& style)
      : runs_(std::move(given)), style_(style) {}

  Status look() override {
    TRY(runs_.read());
    steps_ = runs_.steps();
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

 private:
  Table table(std::uint64_t most, bool on_screen) override {
    std::vector<Table::Heading> headings;
    for (const Column& column : columns()) {
      const bool sorted = on_screen && &column == &columns()[sort_];
      headings.push_back({(sorted ? "*" : "") + std::string(column.heading), column.right});
    }
    Table table(std::move(headings));
    for (const RunStep& step : first(most, on_screen)) {
      std::vector<std::string> cells;
      for (const Column& column : columns()) cells.push_back(column.cell(step));
      table.add(std::move(cells));
    }
    return table;
  }

  void print_lines(output::Writer& out, const std::string& ts, std::uint64_t most) override {
    for (const RunStep& step : first(most, false)) {
      output::Record record;
      record.add("ts", ts)
          .add("id", step.id)
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
      print_one(out, style_, record);
    }
  }

  void move_sort(int by) override {
    const std::size_t count = columns().size();
    do sort_ = (sort_ + count + static_cast<std::size_t>(by)) % count;
    while (!columns()[sort_].order);
  }

  std::vector<RunStep> first(std::uint64_t most, bool all) const {
    std::vector<RunStep> steps;
    std::copy_if(steps_.begin(), steps_.end(), std::back_inserter(steps),
                 [&](const RunStep& step) { return all || step.runs != 0 || !step.mark.empty(); });
    const auto& order = columns()[sort_].order;
    std::stable_sort(steps.begin(), steps.end(),
                     [&](const RunStep& a, const RunStep& b) { return order(a) > order(b); });
    if (steps.size() > most) steps.resize(most);
    return steps;
  }

  ProgRuns runs_;
  const output::Style& style_;
  std::vector<RunStep> steps_;
  std::size_t sort_ = columns().size() - 1;  // by what it costs
};

Status run(const cli::Request& request, Context& context) {
  const WatchOptions asked = TRY(watch_options(request, context.style));
  const Fd counting = TRY(kernel::enable_run_stats());
  WatchedProgs watched(request.all("PROG"), context.style);
  return run_watch_loop(watched, asked, context);
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::any_number, "which programs; all of them when none is given"},
};
constexpr Option kOptions[] = {Option::interval, Option::count, Option::once, Option::top};
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
        "Looks at programs every second, or every --interval, and shows how often each of them has "
        "run, its runs a second, nanoseconds a run, and the share of one CPU's time that they took "
        "since the look before. The first look is what the second one is compared with.\n\n"
        "The kernel counts runs only while it is asked to. This command asks it for as long as it "
        "looks, which costs each run some nanoseconds, and leaves the counting of others as it "
        "is.\n\n"
        "On a terminal it draws a screen, the costliest programs first. The arrows choose another "
        "column (the one with the `*`), the space bar pauses, `q` or Ctrl-C ends it. Elsewhere, "
        "and with --once, it prints the programs that ran, a block for each look; with --jsonl one "
        "object for each of them, with exact numbers. Programs that were loaded or unloaded since "
        "the look before are marked `new` and `gone`.\n\n"
        "Without PROG ids are listed, which needs CAP_SYS_ADMIN. When a PROG is not there any "
        "more, the screen waits for it; without a screen the exit code is 3.",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
