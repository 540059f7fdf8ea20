// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/perf_names.h"

#include <linux/perf_event.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <span>

#include "base/file.h"
#include "base/number.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::string_view kTypes[] = {"hardware", "software", "tracepoint",
                                       "hw-cache", "raw",      "breakpoint"};
constexpr std::string_view kHardware[] = {"cpu-cycles",
                                          "instructions",
                                          "cache-references",
                                          "cache-misses",
                                          "branches",
                                          "branch-misses",
                                          "bus-cycles",
                                          "stalled-cycles-frontend",
                                          "stalled-cycles-backend",
                                          "ref-cycles"};
constexpr std::string_view kSoftware[] = {
    "cpu-clock",        "task-clock",   "page-faults",  "context-switches",
    "cpu-migrations",   "minor-faults", "major-faults", "alignment-faults",
    "emulation-faults", "dummy",        "bpf-output",   "cgroup-switches"};

/// The PMU with that number, by its name in /sys; "" where there is none.
std::string pmu_name(std::uint32_t type) {
  namespace fs = std::filesystem;
  std::error_code failed;
  for (fs::directory_iterator at("/sys/bus/event_source/devices", failed), end;
       !failed && at != end; at.increment(failed)) {
    const std::string text = read_file(at->path() / "type").value_or(std::string());
    if (parse_u64(std::string_view(text).substr(0, text.find('\n'))) == type)
      return at->path().filename();
  }
  return {};
}

std::span<const std::string_view> names_of(std::uint32_t type) {
  if (type == PERF_TYPE_HARDWARE) return kHardware;
  if (type == PERF_TYPE_SOFTWARE) return kSoftware;
  return {};
}

/// The kernel counts the two clocks of software by PMUs of their own, which have the first numbers
/// behind the fixed ones and no name in /sys, and since Linux 6.2 tells these numbers.
PerfEventId as_asked_for(const PerfEventId& event) {
  constexpr std::uint32_t kCpuClock = PERF_TYPE_MAX, kTaskClock = PERF_TYPE_MAX + 1;
  if (event.config != 0 || (event.type != kCpuClock && event.type != kTaskClock) ||
      !pmu_name(event.type).empty())
    return event;
  return {PERF_TYPE_SOFTWARE, event.type == kCpuClock ? std::uint64_t{PERF_COUNT_SW_CPU_CLOCK}
                                                      : std::uint64_t{PERF_COUNT_SW_TASK_CLOCK}};
}

std::string name_in(std::span<const std::string_view> names, std::uint64_t value) {
  return value < names.size() ? std::string(names[value]) : std::to_string(value);
}

}  // namespace

std::string perf_type_name(const PerfEventId& event) {
  const PerfEventId asked = as_asked_for(event);
  if (asked.type < std::size(kTypes)) return std::string(kTypes[asked.type]);
  const std::string pmu = pmu_name(asked.type);
  return pmu.empty() ? std::to_string(asked.type) : pmu;
}

std::string perf_config_name(const PerfEventId& event) {
  const PerfEventId asked = as_asked_for(event);
  return name_in(names_of(asked.type), asked.config);
}

std::optional<PerfEventId> perf_event_named(std::string_view name) {
  for (const std::uint32_t type : {PERF_TYPE_HARDWARE, PERF_TYPE_SOFTWARE}) {
    const auto names = names_of(type);
    const auto found = std::ranges::find(names, name);
    if (found != names.end())
      return PerfEventId{type, static_cast<std::uint64_t>(found - names.begin())};
  }
  const std::size_t colon = name.find(':');
  if (colon == name.npos) return std::nullopt;
  const auto type = parse_u64(name.substr(0, colon)), config = parse_u64(name.substr(colon + 1));
  if (!type || *type > UINT32_MAX || !config) return std::nullopt;
  return PerfEventId{static_cast<std::uint32_t>(*type), *config};
}

std::vector<std::string_view> perf_event_names() {
  std::vector<std::string_view> names(std::begin(kHardware), std::end(kHardware));
  names.insert(names.end(), std::begin(kSoftware), std::end(kSoftware));
  return names;
}

}  // namespace bpfmaps::kernel
