// SPDX-License-Identifier: BSD-2-Clause
#include "commands/metrics/objects.h"

#include <set>

#include "base/file.h"
#include "base/time.h"
#include "entries/count.h"
#include "kernel/map/ring.h"
#include "kernel/names.h"
#include "kernel/pin/index.h"
#include "kernel/prog/prog_name.h"

namespace bpfmaps::commands {
namespace {

using output::labels_text;
using output::Metric;
using output::MetricFamily;
using output::MetricType;

std::string first_pin(const kernel::PinIndex& pins, kernel::Noun noun, std::uint32_t id) {
  const auto& paths = pins.of(noun, id);
  return paths.empty() ? "" : paths.front();
}

// The first reason why something of each sort is missing.
class Gaps {
 public:
  explicit Gaps(std::vector<Error>& into) : into_(into) {}
  void note(const std::string& sort, const Error& why) {
    if (!sorts_.insert(sort).second) return;
    Error error = why;
    error.context = sort + " may be missing: " + (why.subject.empty() ? "" : why.subject + ": ") +
                    why.message();
    error.subject = "metrics";
    error.code = 0;  // the message tells it
    into_.push_back(std::move(error));
  }

 private:
  std::vector<Error>& into_;
  std::set<std::string> sorts_;
};

class MapFamilies {
 public:
  MapFamilies(output::MetricsText& to, bool counts, Gaps& gaps)
      : counts_(counts),
        gaps_(gaps),
        info_(*to.family({"bpf_map", MetricType::info, "What a map is; pin is its first pin"})),
        max_(*to.family({"bpf_map_max_entries", MetricType::gauge,
                         "Entries that a map can hold, or bytes of a ring buffer"})),
        memory_(*to.family({"bpf_map_memory_bytes", MetricType::gauge,
                            "Memory of a map as the kernel reckons it", "bytes"})),
        entries_(*to.family({"bpf_map_entries", MetricType::gauge, "Entries that a map holds"})),
        waiting_(*to.family({"bpf_ringbuf_waiting_bytes", MetricType::gauge,
                             "Bytes in a ring buffer that its consumer has not taken", "bytes"})) {}

  void add(const kernel::Map& map, const kernel::PinIndex& pins) {
    const kernel::MapInfo& info = map.info();
    const std::string id = std::to_string(info.id), name = info.name;
    const std::string labels = labels_text({{"id", id}, {"name", name}});
    info_.add(labels_text({{"id", id},
                           {"type", kernel::map_type_name(info.type)},
                           {"name", name},
                           {"pin", first_pin(pins, kernel::Noun::map, info.id)}}),
              std::uint64_t{1});
    max_.add(labels, std::uint64_t{info.max_entries});
    if (const auto more = map.fd_info())
      memory_.add(labels, more->memlock);
    else
      gaps_.note("memory of maps", more.error());
    if (kernel::is_ring(info.type)) add_waiting(map, labels);
    if (!counts_) return;
    if (const auto count = entries::count_entries(map, kernel::ReadRate::gentle))
      entries_.add(labels, *count);
  }

 private:
  void add_waiting(const kernel::Map& map, const std::string& labels) {
    if (const auto ring = kernel::ring_positions(map))
      waiting_.add(labels, ring->waiting());
    else
      gaps_.note("what waits in ring buffers", ring.error());
  }

  const bool counts_;
  Gaps& gaps_;
  MetricFamily &info_, &max_, &memory_, &entries_, &waiting_;
};

class ProgFamilies {
 public:
  ProgFamilies(output::MetricsText& to, Gaps& gaps)
      : gaps_(gaps),
        info_(
            *to.family({"bpf_prog", MetricType::info, "What a program is; pin is its first pin"})),
        memory_(*to.family({"bpf_prog_memory_bytes", MetricType::gauge,
                            "Memory of a program as the kernel reckons it", "bytes"})),
        seconds_(*to.family({"bpf_prog_run_seconds", MetricType::counter,
                             "Time that a program ran while bpf_stats_enabled was 1", "seconds"})),
        runs_(*to.family({"bpf_prog_runs", MetricType::counter,
                          "Runs of a program while bpf_stats_enabled was 1"})),
        missed_(*to.family({"bpf_prog_recursion_misses", MetricType::counter,
                            "Runs of a program that its own recursion prevented"})) {}

  void add(const kernel::Prog& prog, const kernel::PinIndex& pins) {
    const kernel::ProgInfo& info = prog.info();
    const kernel::ProgName whole = names_.full_name(prog);
    if (whole.cut) gaps_.note("ends of names of programs", *whole.cut);
    const std::string id = std::to_string(info.id), &name = whole.text;
    const std::string labels = labels_text({{"id", id}, {"name", name}});
    info_.add(labels_text({{"id", id},
                           {"type", kernel::prog_type_name(info.type)},
                           {"name", name},
                           {"tag", info.tag},
                           {"pin", first_pin(pins, kernel::Noun::prog, info.id)}}),
              std::uint64_t{1});
    if (const auto memory = prog.memlock())
      memory_.add(labels, *memory);
    else
      gaps_.note("memory of programs", memory.error());
    const auto loaded = static_cast<double>(wall_seconds_from_boot_ns(info.load_time));
    const auto count = [&](MetricFamily& family, auto value) {
      family.add(labels, value);
      family.add_created(labels, loaded);
    };
    count(seconds_, static_cast<double>(info.run_time_ns) / 1e9);
    count(runs_, info.run_cnt);
    count(missed_, info.recursion_misses);
  }

 private:
  kernel::ProgNames names_;
  Gaps& gaps_;
  MetricFamily &info_, &memory_, &seconds_, &runs_, &missed_;
};

}  // namespace

Status add_objects(output::MetricsText& to, bool counts, std::uint64_t deadline_ns,
                   std::vector<Error>& gaps) {
  Gaps missing(gaps);
  const kernel::PinIndex pins = kernel::all_pins();
  if (pins.gap()) missing.note("pins", *pins.gap());
  MapFamilies maps(to, counts, missing);
  bool late = false;
  TRY(kernel::for_each_map(kernel::Access::read, [&](const kernel::Map& map) {
    late = late || monotonic_ns() >= deadline_ns;
    if (!late) maps.add(map, pins);
  }));
  if (late)
    return fail(Error::refused(Kind::incomplete, "read metrics", "",
                               "counting all entries takes longer than there is time",
                               "leave --entries out, or let `metrics write` count"));
  ProgFamilies progs(to, missing);
  TRY(kernel::for_each_prog([&](const kernel::Prog& prog) { progs.add(prog, pins); }));
  const auto enabled = read_file("/proc/sys/kernel/bpf_stats_enabled");
  if (enabled)
    to.family({"bpf_stats_enabled", MetricType::gauge,
               "Whether the kernel counts and times the runs of programs"})
        ->add("", std::uint64_t{enabled->starts_with('1') ? 1U : 0U});
  else
    missing.note("bpf_stats_enabled", enabled.error());
  return {};
}

}  // namespace bpfmaps::commands
