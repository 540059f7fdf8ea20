// SPDX-License-Identifier: BSD-2-Clause
// metrics show: what there is to measure, as text for Prometheus.
#include "commands/metrics/objects.h"
#include "commands/records.h"
#include "commands/shared/context.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;

Status run(const cli::Request& request, Context& context) {
  if (context.style.form != output::Form::table)
    return fail(Error::usage("metrics have forms of their own",
                             "--format prometheus, or --format openmetrics"));
  output::MetricsText text(request.value(Option::metrics_format) == "openmetrics"
                               ? output::MetricForm::openmetrics
                               : output::MetricForm::prometheus);
  TRY(add_objects(text, request.has(Option::entries)));
  context.out.write(text.text());
  return {};
}

constexpr Option kOptions[] = {Option::entries, Option::metrics_format};
constexpr cli::Example kExamples[] = {
    {"bpfmaps metrics show", "size, memory, runs and time of every map and program"},
    {"bpfmaps metrics show --entries | grep '^bpf_map_entries'", "how many entries each map has"},
};

}  // namespace

const cli::Command kMetricsShow{
    .object = "metrics",
    .verb = "show",
    .summary = "print metrics once",
    .details =
        "Prints what every map and program in the kernel takes and does: size and memory of maps, "
        "what waits in ring buffers, memory, runs and run time of programs. Runs are counted only "
        "while kernel.bpf_stats_enabled is 1, which `bpf_stats_enabled` tells. No entry is read "
        "unless --entries asks how many each map holds; then the maps are read slowly, in small "
        "batches with pauses. A map whose entries cannot be counted has no `bpf_map_entries`.\n\n"
        "Samples carry `id` and `name`; `bpf_map_info` and `bpf_prog_info` tell type and pin of "
        "each id.\n\n"
        "The form is Prometheus text 0.0.4, without times. OpenMetrics 1.0 adds units, the time at "
        "which a program was loaded (`_created`), and ends in `# EOF`. Needs CAP_SYS_ADMIN.",
    .operands = {},
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
