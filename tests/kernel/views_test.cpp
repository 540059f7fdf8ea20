// SPDX-License-Identifier: BSD-2-Clause
// Entries shown otherwise: times, histograms, and many maps that a pattern stands for.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "kernel/fixture.h"
#include "kernel/pin/like.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::AnyOf;
using testing::HasSubstr;

class ViewsTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    maps.emplace("times");
    maps->pin_maps(kBpffs);
  }
  void count(std::uint32_t slot, std::vector<std::uint64_t> each) {
    put_per_cpu(maps->map("sizes"), slot, each);
  }
  std::optional<Fixture> maps;
};

TEST_F(ViewsTest, times_are_those_of_the_kernels_clocks) {
  constexpr std::uint64_t kTwoMinutes = 120'000'000'000;
  // The machine may have started just now.
  const std::uint64_t age = std::min(kTwoMinutes, clock_times().mono / 2);
  const auto minute = [age] { return rfc3339_ms(realtime_ns() - age).substr(0, 16); };
  for (const auto& [clock, now] : {std::pair{"mono", clock_times().mono},
                                   {"boot", clock_times().boot},
                                   {"tai", clock_times().tai},
                                   {"wall", clock_times().wall}}) {
    put_per_cpu(maps->map("last"), std::uint32_t{0}, std::vector<std::uint64_t>{now - age});
    const std::string before = minute();
    const std::string option = " --cpu max --time seen_ns=" + std::string(clock);
    EXPECT_THAT(done("map dump " + pin("last") + option),
                HasSubstr(age == kTwoMinutes ? ", 2 min " : " s ago"))
        << clock;
    EXPECT_THAT(done("map lookup " + pin("last") + " key 0" + option), HasSubstr(" ago")) << clock;
    const json entry = json::parse(done("map lookup " + pin("last") + " key 0 --json" + option));
    EXPECT_THAT(entry["value"]["seen_ns"].get<std::string>().substr(0, 16),
                AnyOf(before, minute()));
  }
}

TEST_F(ViewsTest, a_map_of_counters_is_one_histogram_of_all_cpus) {
  count(3, {1, 1});
  count(4, {0, 5});
  const std::string drawn = done("map dump " + pin("sizes") + " --hist");
  EXPECT_THAT(drawn, HasSubstr("\n 8..15      2  "));
  EXPECT_THAT(drawn, HasSubstr("\n16..31      5  "));
  EXPECT_THAT(drawn, HasSubstr("total 7  p50 16..31  p90 16..31  p99 16..31\n"));
  EXPECT_THAT(done("map dump " + pin("sizes") + " --hist linear"), HasSubstr("\n    4      5  "));
  EXPECT_EQ(done("map dump " + pin("sizes") + " --hist --jsonl"),
            done("map dump " + pin("sizes") + " --jsonl"));
  EXPECT_THAT(refused("map dump " + pin("sizes") + " --hist --limit 3", 2), HasSubstr("--hist"));
  EXPECT_THAT(refused("map dump " + pin("sizes") + " --hist --cpu each", 2),
              HasSubstr("--cpu sum"));
}

TEST_F(ViewsTest, a_value_with_slots_is_a_histogram_below_its_key) {
  struct {
    std::uint64_t total;
    std::uint32_t slots[16];
  } value{900, {0, 0, 7, 1}};
  put(maps->map("latency"), std::uint32_t{5}, value);
  const std::string drawn = done("map dump " + pin("latency") + " --hist");
  EXPECT_THAT(drawn, HasSubstr("key 5  total_ns 900\n"));
  EXPECT_THAT(drawn, HasSubstr("\n 4..7      7  "));
  EXPECT_THAT(done("map lookup " + pin("latency") + " key 5 --hist"), HasSubstr("p99 8..15"));
  const auto said = [&](const std::string& form) {
    return run_bpfmaps({"map", "dump", pin("latency"), form}).err;
  };
  EXPECT_THAT(said("--net"), HasSubstr("`slots` looks like a histogram: --hist draws it"));
  EXPECT_EQ(said("--json"), "");
}

TEST_F(ViewsTest, spread_tells_the_cpu_with_the_most) {
  count(3, {30, 10});
  const json entry = json::parse(
      done("map lookup " + pin("sizes") + " key 3 --cpu spread --json"))["spread"]["value"];
  EXPECT_EQ(entry["sum"], 40);
  EXPECT_EQ(entry["max"], 30);
  EXPECT_EQ(entry["max_cpu"], 0);
  EXPECT_EQ(entry["values"][1]["value"], 10);
  EXPECT_THAT(done("map dump " + pin("sizes") + " --cpu spread --where value>0"),
              HasSubstr("max/mean"));
  EXPECT_THAT(refused("map dump " + pin("latency") + " --cpu spread", 2),
              HasSubstr("no per-CPU map"));
}

TEST_F(ViewsTest, patterns_are_matched_part_by_part) {
  std::filesystem::create_directory(pin("dir"));
  done("pin add map " + pin("last") + " " + pin("dir/last"));
  EXPECT_EQ(kernel::map_pins_like(pin("l*")).value(), (std::vector{pin("last"), pin("latency")}));
  EXPECT_EQ(kernel::map_pins_like(pin("*/l*")).value(), std::vector{pin("dir/last")});
  EXPECT_EQ(kernel::map_pins_like(pin("[ls]*s")).value(), std::vector{pin("sizes")});
  EXPECT_EQ(kernel::map_pins_like(pin("nosuch*")).error().kind, Kind::not_found);
  EXPECT_EQ(kernel::map_pins_like(pin("nosuch/*")).error().kind, Kind::not_found);
}

}  // namespace
}  // namespace bpfmaps::test
