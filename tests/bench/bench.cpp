// SPDX-License-Identifier: BSD-2-Clause
// The benchmark: what bpfmaps takes for a job, beside bpftool and beside the kernel alone, all from
// one run on one machine. A job is a line in kJobs.
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/crowd.h"
#include "bench/maps.h"
#include "bench/measure.h"
#include "bench/tail.h"
#include "bench/travel.h"
#include "kernel/sandbox.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::bench {
namespace {

const std::string kFolder = std::string(test::kBpffs) + "/bench";
const char* const kBatch = "/tmp/bpfmaps-bench.batch";
const std::string kPins = std::string(test::kBpffs) + "/pins";

/// One line of the answer. "@" in a command stands for the path of `map`.
struct Job {
  const char* name;
  const char* map;      ///< a map of bench.bpf.c, or ""
  const char* command;  ///< behind "bpfmaps"
  const char* peer;     ///< behind "bpftool": the same job there
  Output output = Output::devnull;
  int times = 3;
  bool whole_map = true;  ///< it reads all of `map`: reading it barely says how fast that can be
};

constexpr const char* kPeerDump = "-j map dump pinned @";

constexpr Job kJobs[] = {
    {"hash, `map dump --json`", "flows", "map dump @ --json", kPeerDump},
    {"hash, `map dump --json \\| cat`", "flows", "map dump @ --json", kPeerDump, Output::pipe},
    {"hash, `map dump --jsonl`", "flows", "map dump @ --jsonl", kPeerDump},
    {"hash, `map dump --csv`", "flows", "map dump @ --csv", kPeerDump},
    {"hash, `map dump` (a table)", "flows", "map dump @", kPeerDump},
    {"hash, `map dump --where`, keeps 1.6 %", "flows", "map dump @ --json --where mark==7",
     kPeerDump},
    {"hash, `map dump --sort --top 10`", "flows", "map dump @ --json --sort bytes:desc --top 10",
     kPeerDump},
    {"hash, `map count`", "flows", "map count @", kPeerDump},
    {"hash, `map dump --json --gentle`", "flows", "map dump @ --json --gentle", kPeerDump},
    {"per-CPU hash, `map dump --json`", "flows_percpu", "map dump @ --json", kPeerDump},
    {"per-CPU hash, `map dump --json --cpu sum`", "flows_percpu", "map dump @ --json --cpu sum",
     kPeerDump},
    {"per-CPU hash, `metrics show`, its 4 numbers as series", "flows_percpu",
     "metrics show @ --counters packets,bytes --max-series 100000000", kPeerDump},
    {"array, `map dump --json`", "slots", "map dump @ --json", kPeerDump},
    {"mmapable array, `map dump --json`", "slots_mmapable", "map dump @ --json", kPeerDump},
    {"array, `map dump --where`, keeps 1.6 %", "slots", "map dump @ --json --where mark==7",
     kPeerDump},
    {"mmapable array, `map dump --where`, keeps 1.6 %", "slots_mmapable",
     "map dump @ --json --where mark==7", kPeerDump},
    {"`map lookup` of one key", "slots", "map lookup @ key 77 --json",
     "-j map lookup pinned @ key 77 0 0 0", Output::devnull, 50, false},
    {"`batch`, 500 updates of a hash", "", "batch /tmp/bpfmaps-bench.batch",
     "batch file /tmp/bpfmaps-bench.batch", Output::devnull, 5, false},
    {"`pin list`, 2,000 pins", "", "pin list --json /sys/fs/bpf/pins", "-f -j map show",
     Output::devnull, 5, false},
};

std::vector<std::string> words_of(std::string_view program, std::string_view command,
                                  const std::string& path) {
  std::vector<std::string> words = {std::string(program)};
  while (!command.empty()) {
    const std::size_t end = std::min(command.find(' '), command.size());
    const std::string word(command.substr(0, end));
    words.push_back(word == "@" ? path : word);
    command.remove_prefix(std::min(end + 1, command.size()));
  }
  return words;
}

std::string first_line(const std::vector<std::string>& words) {
  const std::string text = test::run(words).out;
  return text.substr(0, text.find('\n'));
}

std::string cpu_model() {
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown CPU";
}

void print_machine(std::uint32_t entries) {
  utsname system{};
  uname(&system);
  std::printf("%s, %u CPUs; Linux %s; %s; %s; %u entries.\n\n", cpu_model().c_str(),
              std::thread::hardware_concurrency(), system.release,
              first_line({BPFMAPS_BINARY, "--version"}).c_str(),
              first_line({"bpftool", "version"}).c_str(), entries);
}

/// What every job on one map is compared with; measured once each.
class References {
 public:
  double bare(const std::string& path) {
    return remember("bare " + path, [&] { return measure([&] { bare_read(path); }, 3); });
  }
  double peer(const Job& job, const std::string& path) {
    return remember(job.peer + path + (job.output == Output::pipe ? " | cat" : ""), [&] {
      return measure(words_of("bpftool", job.peer, path), job.output,
                     job.times > 3 ? job.times : 1);
    });
  }

 private:
  template <class Measure>
  double remember(const std::string& what, Measure measure_it) {
    const auto [found, is_new] = seconds_.try_emplace(what);
    if (is_new) found->second = measure_it().seconds;
    return found->second;
  }
  std::map<std::string, double> seconds_;
};

void run_job(const Job& job, References& references) {
  const std::string path = kFolder + "/" + job.map;
  const Cost cost = measure(words_of(BPFMAPS_BINARY, job.command, path), job.output, job.times);
  const double peer = references.peer(job, path);
  std::printf("| %s | %.4f s | %.4f s | %.1f |", job.name, cost.seconds, peer, peer / cost.seconds);
  if (job.whole_map) {
    const double bare = references.bare(path);
    std::printf(" %.4f s | %.2f |", bare, cost.seconds / bare);
  } else {
    std::printf(" | |");
  }
  std::printf(" %.1f MiB |\n", static_cast<double>(cost.peak_kibibytes) / 1024);
  std::fflush(stdout);
}

void run_jobs(std::string_view only) {
  std::printf("| job | time | bpftool | times faster | bare read | of bare read | peak memory |\n");
  std::printf("| --- | --: | --: | --: | --: | --: | --: |\n");
  References references;
  for (const Job& job : kJobs)
    if (std::string_view(job.name).find(only) != std::string_view::npos) run_job(job, references);
}

}  // namespace
}  // namespace bpfmaps::bench

int main(int argc, char** argv) {
  using namespace bpfmaps;
  const std::uint32_t entries =
      argc > 1 ? static_cast<std::uint32_t>(std::atoi(argv[1])) : 1'000'000;
  const std::string only = argc > 2 ? argv[2] : "";
  if (const std::string why = test::enter_own_namespaces(); !why.empty()) {
    std::fprintf(stderr, "bench: %s\n", why.c_str());
    return 1;
  }
  const test::Sandbox sandbox;
  if (only == "tail") return bench::run_tail(), 0;
  if (only == "crowd") {
    try {
      bench::run_crowd();
      return 0;
    } catch (const std::exception& problem) {
      std::fprintf(stderr, "bench: %s\n", problem.what());
      return 1;
    }
  }
  bench::make_maps(bench::kFolder, entries);
  bench::make_pins(bench::kPins, 2000);
  bench::make_batch(bench::kFolder + "/flows", bench::kBatch, 500);
  bench::print_machine(entries);
  try {
    if (only != "travel") bench::run_jobs(only);
    if (only.empty() || only == "travel") bench::run_travel(bench::kFolder);
    if (only.empty()) bench::run_tail();
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "bench: %s\n", problem.what());
    return 1;
  }
}
