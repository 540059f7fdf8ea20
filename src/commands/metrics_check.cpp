// SPDX-License-Identifier: BSD-2-Clause
// metrics check: what settings would measure, and what is wrong with them.
#include <set>
#include <string>
#include <utility>

#include "commands/metrics/scrape.h"
#include "commands/metrics/words.h"
#include "commands/records.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;

std::string exposed(const output::Metric& metric) {
  return metric.name + (metric.type == output::MetricType::counter ? "_total" : "");
}

Status run(const cli::Request& request, Context& context) {
  Scrape scrape = TRY(Scrape::from(request, context.table));
  std::vector<output::Record> records;
  std::size_t wrong = 0;
  for (Scrape::Target& target : scrape.targets()) {
    const Status opened = target.map.open();
    output::Record& record = records.emplace_back();
    record.add("where", target.where.empty() ? "command line" : target.where)
        .add("map", target.map.name());
    if (!opened) {
      record.add("error", opened.error().message());
      ++wrong;
      continue;
    }
    const entries::SeriesPlan& plan = target.map.series()->plan();
    output::Value::List labels, metrics;
    for (const entries::SeriesLabel& label : plan.labels) labels.emplace_back(label.name);
    for (const entries::SeriesField& field : plan.fields)
      metrics.emplace_back(exposed(field.metric));
    record.add("id", target.map.series()->map().info().id)
        .add("series_an_entry", plan.series_an_entry)
        .add("labels", std::move(labels))
        .add("metrics", std::move(metrics));
  }
  print_list(context.out, context.style, records,
             {{"where", "where"},
              {"map", "map"},
              {"id", "id"},
              {"labels", "labels"},
              {"series_an_entry", "series_an_entry"},
              {"metrics", "metrics"},
              {"error", "error"}},
             "no maps");
  if (wrong == 0) return {};
  return fail(Error::refused(Kind::invalid, "check metrics", request.value(Option::config),
                             std::to_string(wrong) + " of " + std::to_string(records.size()) +
                                 " maps cannot be measured"));
}

constexpr cli::Operand kOperands[] = {kAllOperand, kMapsOperand};
constexpr Option kOwn[] = {Option::config};
constexpr auto kOptions = with_series_options(kOwn);
constexpr cli::Example kExamples[] = {
    {"bpfmaps metrics check --config metrics.conf", "whether settings fit the maps"},
};

}  // namespace

const cli::Command kMetricsCheck{
    .object = "metrics",
    .verb = "check",
    .summary = "tell what settings would measure",
    .details =
        R"(Reads the settings, opens the maps and prints for each of them its labels and the names
of its metrics, or why it cannot be measured; then the exit code is 1. A line that no verb would
take is an error that names file and line. No entry is read. `metrics show` tells what a line is
made of.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
