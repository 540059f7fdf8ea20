// SPDX-License-Identifier: BSD-2-Clause
// metrics write FILE: metrics for node_exporter's textfile collector.
#include <signal.h>

#include <cerrno>
#include <ctime>
#include <string>

#include "base/replace_file.h"
#include "base/time.h"
#include "commands/metrics/scrape.h"
#include "commands/metrics/words.h"
#include "commands/records.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Option;
using cli::Takes;

Status write_once(Scrape& scrape, const std::string& path) {
  output::MetricsText text(output::MetricForm::prometheus);
  TRY(scrape.collect(text, UINT64_MAX));
  return replace_file(path, text.text());
}

// A signal that ends it comes between two files.
class Signals {
 public:
  Signals() {
    sigemptyset(&ends_);
    for (const int number : {SIGINT, SIGTERM}) sigaddset(&ends_, number);
    sigprocmask(SIG_BLOCK, &ends_, nullptr);
  }
  /// Waits; whether it is time to end.
  bool end_within(std::uint64_t ns) const {
    const timespec time{static_cast<time_t>(ns / 1'000'000'000),
                        static_cast<long>(ns % 1'000'000'000)};
    int number = -1;
    do number = sigtimedwait(&ends_, nullptr, &time);
    while (number < 0 && errno == EINTR);
    return number > 0;
  }

 private:
  sigset_t ends_{};
};

Status run(const cli::Request& request, Context& context) {
  TRY(check_metric_form(context));
  const std::string path(request.word("FILE"));
  std::uint64_t interval = 0;
  if (request.has(Option::interval)) {
    const auto ns = parse_duration_ns(request.value(Option::interval));
    if (!ns)
      return fail(Error::usage("--interval: `" + request.value(Option::interval) + "` is no time",
                               "15s, 500ms, 1m"));
    interval = *ns;
  }
  Scrape scrape = TRY(Scrape::from(request, context.table));
  TRY(scrape.open());
  const Signals signals;
  std::vector<std::string> told, told_gaps;
  Status wrote = write_once(scrape, path);
  if (interval == 0) {
    TRY(std::move(wrote));
    tell_failures(scrape.failures(), told, context);
    tell_failures(scrape.gaps(), told_gaps, context);
    return {};
  }
  TRY(std::move(wrote));
  do {
    tell_failures(scrape.failures(), told, context);
    tell_failures(scrape.gaps(), told_gaps, context);
    if (signals.end_within(interval)) return {};
    if (Status again = write_once(scrape, path); !again) context.remark(again.error().message());
  } while (true);
}

constexpr cli::Operand kOperands[] = {
    {"", "FILE", Takes::file, Count::one, "the file to write, for node_exporter FOLDER/NAME.prom"},
    kAllOperand,
    kMapsOperand,
};
constexpr Option kOwn[] = {Option::interval, Option::config};
constexpr auto kOptions = with_series_options(kOwn);
constexpr cli::Example kExamples[] = {
    {"bpfmaps metrics write maps.prom", "size, memory, runs and time of every map and program"},
    {"bpfmaps metrics write stats.prom /sys/fs/bpf/xdp/stats --labels action=key",
     "the counters of a map"},
};

}  // namespace

const cli::Command kMetricsWrite{
    .object = "metrics",
    .verb = "write",
    .summary = "write metrics to a file for node_exporter",
    .details =
        R"(Writes what `metrics show` prints to FILE, for the textfile collector of node_exporter:
Prometheus text 0.0.4 without times. The text is written to another file beside it, which then
takes its name: whoever reads FILE sees the old text or the new one. Anybody may read it (mode
0644).

With --interval it goes on until it is told to end (SIGINT, SIGTERM). A map that cannot be read
has `bpf_map_success` 0 in the file, and is reported once on standard error. Where nothing can
be written the old file stays: node_exporter tells its time (node_textfile_mtime_seconds).)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
