// SPDX-License-Identifier: BSD-2-Clause
#include "commands/watch/prog_runs.h"

#include <algorithm>

#include "base/time.h"
#include "commands/shared/select.h"
#include "kernel/names.h"

namespace bpfmaps::commands {
namespace {

double ratio(std::uint64_t a, std::uint64_t b) {
  return b == 0 ? 0 : static_cast<double>(a) / static_cast<double>(b);
}

}  // namespace

double RunStep::rate() const { return ratio(runs, elapsed_ns) * 1e9; }
double RunStep::ns_per_run() const { return ratio(ns, runs); }
double RunStep::cpu_share() const { return ratio(ns, elapsed_ns); }

void ProgRuns::add(Look& look, const kernel::Prog& prog) {
  const kernel::ProgInfo& info = prog.info();
  const auto known = now_.find(info.id);
  look[info.id] = {.type = kernel::prog_type_name(info.type),
                   .name = known != now_.end() ? known->second.name : names_.full_name(prog).text,
                   .run_cnt = info.run_cnt,
                   .run_time_ns = info.run_time_ns,
                   .read_ns = monotonic_ns()};
}

Status ProgRuns::read() {
  Look look;
  for (const cli::Given* given : given_) add(look, TRY(open_prog(given->selector)));
  if (given_.empty())
    TRY(kernel::for_each_prog([&](const kernel::Prog& prog) { add(look, prog); }));
  before_ = std::exchange(now_, std::move(look));
  snapshots_ = std::min(snapshots_ + 1, 2);
  return {};
}

std::vector<RunStep> ProgRuns::steps() const {
  std::vector<RunStep> steps;
  const auto add_step = [&](std::uint32_t id, const Runs& runs, std::string_view mark) {
    steps.push_back({.id = id,
                     .type = runs.type,
                     .name = runs.name,
                     .run_cnt = runs.run_cnt,
                     .run_time_ns = runs.run_time_ns,
                     .mark = can_compare() ? mark : ""});
  };
  for (const auto& [id, runs] : now_) {
    const auto was = before_.find(id);
    add_step(id, runs, was == before_.end() ? "new" : "");
    if (was == before_.end()) continue;
    // The kernel adds up what each CPU counted while it goes on counting: sums may lag a little.
    steps.back().runs = runs.run_cnt - std::min(runs.run_cnt, was->second.run_cnt);
    steps.back().ns = runs.run_time_ns - std::min(runs.run_time_ns, was->second.run_time_ns);
    steps.back().elapsed_ns = runs.read_ns - was->second.read_ns;
  }
  for (const auto& [id, runs] : before_)
    if (!now_.contains(id)) add_step(id, runs, "gone");
  return steps;
}

}  // namespace bpfmaps::commands
