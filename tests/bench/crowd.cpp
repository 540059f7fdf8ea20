// SPDX-License-Identifier: BSD-2-Clause
#include "bench/crowd.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/fd.h"
#include "bench/maps.h"
#include "bench/measure.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/paths.h"

namespace bpfmaps::bench {
namespace {

constexpr double kMostMebibytes = 32;
constexpr double kMostGrowth = 15;  // ten times the pins

double mebibytes(const Cost& cost) { return static_cast<double>(cost.peak_kibibytes) / 1024; }

void print_peer(const Cost& cost, const Cost& peer) {
  std::printf(" %.2f ms | %.2f |", peer.cpu_seconds * 1e3, cost.cpu_seconds / peer.cpu_seconds);
}

Cost print_row(const std::string& name, const std::vector<std::string>& words,
               const std::vector<std::string>& peer, int times) {
  const Cost cost = measure(words, Output::devnull, times);
  std::printf("| %s | %.2f ms |", name.c_str(), cost.cpu_seconds * 1e3);
  if (peer.empty())
    std::printf(" | |");
  else
    print_peer(cost, measure(peer, Output::devnull, times));
  std::printf(" %.1f MiB |\n", mebibytes(cost));
  std::fflush(stdout);
  return cost;
}

/// `count` pins of one map.
void pin_many(const std::string& folder, std::uint32_t count) {
  make_pins(folder, 1);
  const Fd map(test::must(bpf_obj_get((folder + "/0").c_str()), "open a pin"));
  for (std::uint32_t i = 1; i < count; ++i)
    test::pin_fd(map.get(), folder + "/a_pin_with_a_longer_name_" + std::to_string(i));
}

}  // namespace

void run_crowd() {
  const std::string base = test::kBpffs, few = base + "/few", many = base + "/many";
  const std::string self = BPFMAPS_BINARY;
  std::printf("| job | CPU | bpftool | ratio | peak memory |\n");
  std::printf("| --- | --: | --: | --: | --: |\n");
  make_pins(few, 1);
  const std::string one = few + "/0";
  const auto show_one = [&](const std::string& name) {
    print_row(name, {self, "map", "show", one}, {"bpftool", "map", "show", "pinned", one}, 60);
  };
  print_row("`map lookup`, one pin", {self, "map", "lookup", "pinned", one, "key", "0"},
            {"bpftool", "map", "lookup", "pinned", one, "key", "0", "0", "0", "0"}, 60);
  show_one("`map show`, one pin");
  make_pins(base + "/maps", 1500);
  show_one("`map show`, 1,500 pins");
  for (const char* list : {"map", "prog", "link"})
    print_row("`" + std::string(list) + " list`, 1,500 pins", {self, list, "list", "--json"},
              {"bpftool", "-f", "-j", list, "list"}, 10);
  pin_many(base + "/some", 5000);
  const Cost some =
      print_row("`pin list`, 5,000 pins", {self, "pin", "list", base + "/some"}, {}, 3);
  pin_many(many, 50000);
  const Cost table = print_row("`pin list`, 50,000 pins", {self, "pin", "list", many}, {}, 3);
  const Cost json =
      print_row("`pin list --json`, 50,000 pins", {self, "pin", "list", many, "--json"}, {}, 3);
  show_one("`map show`, 56,500 pins");
  for (const Cost& cost : {table, json})
    if (mebibytes(cost) > kMostMebibytes)
      throw std::runtime_error("`pin list` of 50,000 pins took more than 32 MiB");
  if (table.cpu_seconds > kMostGrowth * some.cpu_seconds)
    throw std::runtime_error("`pin list` took more than 15 times as long for 10 times the pins");
}

}  // namespace bpfmaps::bench
