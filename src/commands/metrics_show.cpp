// SPDX-License-Identifier: BSD-2-Clause
// metrics show [MAP...]: what there is to measure, as text for Prometheus.
#include <utility>

#include "commands/metrics/scrape.h"
#include "commands/metrics/words.h"
#include "commands/records.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;

Status run(const cli::Request& request, Context& context) {
  TRY(check_metric_form(context));
  Scrape scrape = TRY(Scrape::from(request, context.table));
  TRY(scrape.open());
  output::MetricsText text(request.value(Option::metrics_format) == "openmetrics"
                               ? output::MetricForm::openmetrics
                               : output::MetricForm::prometheus);
  TRY(scrape.collect(text, UINT64_MAX));
  text.for_each_part([&](std::string_view part) { context.out.write(part); });
  for (const Error& gap : scrape.gaps()) context.remark(gap.message());
  const std::vector<Error>& failures = scrape.failures();
  if (failures.empty()) return {};
  context.out.flush();
  for (std::size_t i = 1; i < failures.size(); ++i)
    context.remark(failures[i].subject + ": " + failures[i].message());
  return fail(failures.front());
}

constexpr cli::Operand kOperands[] = {kAllOperand, kMapsOperand};
constexpr Option kOwn[] = {Option::metrics_format, Option::config};
constexpr auto kOptions = with_series_options(kOwn);
constexpr cli::Example kExamples[] = {
    {"bpfmaps metrics show", "size, memory, runs and time of every map and program"},
    {"bpfmaps metrics show --entries | grep '^bpf_map_entries'", "how many entries each map has"},
    {"bpfmaps metrics show /sys/fs/bpf/xdp/stats --labels action=key --counters packets,bytes",
     "the counters of a map, the CPUs added up"},
    {"bpfmaps metrics show /sys/fs/bpf/flows --labels saddr,dport,protocol --sort bytes "
     "--max-series 8",
     "the busiest flows"},
};

}  // namespace

const cli::Command kMetricsShow{
    .object = "metrics",
    .verb = "show",
    .summary = "print metrics once",
    .details =
        R"(Without a map it prints what every map and program in the kernel takes and does: size
and memory of maps, what waits in ring buffers, memory, runs and run time of programs. Runs are
counted only while kernel.bpf_stats_enabled is 1, which `bpf_stats_enabled` tells. No entry is
read unless --entries asks how many each map holds; then the maps are read slowly, in small
batches with pauses. A map whose entries cannot be counted has no `bpf_map_entries`. Samples carry
`id` and `name`; `bpf_map_info` and `bpf_prog_info` tell type and pin of each id. Needs
CAP_SYS_ADMIN.

With a map it prints the numbers in its values, by the types it carries: bpf_map_<map>_<field>,
with the map as the label `map` and the fields of the key as labels. Enums and addresses are
text, and fields called ifindex are names of interfaces. --labels names the fields and how their
labels are called; together they must tell all keys apart. The values of a per-CPU map are added
up; --cpu each makes a series of each CPU. An array of numbers has a label `index`. Entries of
LRU maps and keys that are addresses have no bound: those maps are refused unless --labels names
their fields.

Every field is a gauge unless --counters names it: whether a number only grows is not guessed.
Only the maps of the objects that come with bpfmaps are known. --fields leaves others out.
--hist names an array whose element i counts what was 2^i to 2^(i+1)-1, the first one 0, too,
and the last one all that is greater; `--hist slots=log2:us` says what was counted. Fields whose
names end in ns, us or ms are turned into seconds. --prefix and --names replace parts of the
names.

--max-series bounds how many series a map makes. Beyond it the map is left out, or with --sort
FIELD the entries with the greatest numbers are kept. `bpf_map_series_dropped` tells how many
were left out, `bpf_map_success` whether the map could be read, and `bpf_map_read_seconds` how
long that took.

--config names a file of settings, or a folder whose *.conf are read. Each line has the words
that could stand behind `metrics show`: a map with its options, or `all` for every map and
program. What is behind a # is a comment; quotes work as in a shell.

The form is Prometheus text 0.0.4, without times. OpenMetrics 1.0 adds units, the time at which
a program was loaded (`_created`), and ends in `# EOF`.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
