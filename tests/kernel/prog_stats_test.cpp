// SPDX-License-Identifier: BSD-2-Clause
// prog stats: runs beside those that were made, programs that come and go, and the kernel's
// counting, which is on only meanwhile.
#include <gmock/gmock.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ProgStatsTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    fixture.emplace("count");
    pin_fd(fixture->prog("count"), pin("count"));
    id = info().id;
  }
  bpf_prog_info info() const {
    bpf_prog_info info{};
    std::uint32_t size = sizeof info;
    must(bpf_obj_get_info_by_fd(fixture->prog("count"), &info, &size), "read info");
    return info;
  }
  void run_program(unsigned times) const {
    const std::vector<char> packet(64);
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = packet.data();
    options.data_size_in = static_cast<std::uint32_t>(packet.size());
    options.repeat = static_cast<int>(times);
    must(bpf_prog_test_run_opts(fixture->prog("count"), &options), "run the program");
  }
  /// The lines about the program of this test: others may run on the machine.
  std::vector<json> lines_of(const std::string& out) const {
    std::vector<json> lines;
    for (std::size_t at = 0, end = 0; (end = out.find('\n', at)) != out.npos; at = end + 1)
      if (json line = json::parse(out.substr(at, end - at)); line["id"] == id)
        lines.push_back(std::move(line));
    return lines;
  }
  auto has_lines(std::size_t count) const {
    return [this, count](const std::string& out) { return lines_of(out).size() >= count; };
  }

  std::optional<Fixture> fixture;
  std::uint32_t id = 0;
};

TEST_F(ProgStatsTest, counts_the_runs_there_were) {
  Running stats("prog stats pinned " + pin("count") + " --jsonl --interval 0.1", On::pipe);
  std::uint64_t runs = 0;
  ASSERT_TRUE(stats.wait_for(has_lines(1), [&] { run_program(100), runs += 100; }));
  const json first = lines_of(stats.out()).front();
  // Runs before the kernel was asked to count are in no line.
  const std::uint64_t before = first["run_cnt"];
  EXPECT_LE(before, runs);
  run_program(5000);
  std::uint64_t counted = 0;
  EXPECT_TRUE(stats.wait_for([&](const std::string& out) {
    counted = lines_of(out).back()["run_cnt"];
    return counted >= before + 5000;
  }));
  stats.signal(SIGINT);
  EXPECT_EQ(stats.end(), 0) << stats.err();

  std::uint64_t last = before;
  for (const json& line : lines_of(stats.out())) {
    EXPECT_EQ(line["type"], "xdp");
    EXPECT_EQ(line["name"], "count");
    const std::uint64_t delta = line["delta"]["run_cnt"], ns = line["delta"]["run_time_ns"];
    if (line["ts"] != first["ts"]) {
      EXPECT_EQ(line["run_cnt"].get<std::uint64_t>(), last + delta);
    }
    last = line["run_cnt"];
    EXPECT_NEAR(line["ns_per_run"].get<double>() * static_cast<double>(delta),
                static_cast<double>(ns), 0.001 * static_cast<double>(ns));
    EXPECT_GT(line["rate"]["run_cnt"], 0);
    // Both are by the same clock: runs a second times their length is the share.
    EXPECT_NEAR(line["cpu_share"].get<double>(),
                line["rate"]["run_cnt"].get<double>() * line["ns_per_run"].get<double>() / 1e9,
                1e-6);
  }
}

TEST_F(ProgStatsTest, shares_are_of_the_time_that_passed) {
  const std::uint64_t start = monotonic_ns();
  Running stats("prog stats pinned " + pin("count") + " --jsonl --interval 0.3 --count 3",
                On::pipe);
  ASSERT_TRUE(stats.wait_for(has_lines(3), [&] { run_program(20'000); }));
  const auto passed = static_cast<double>(monotonic_ns() - start);
  EXPECT_EQ(stats.end(), 0);
  double busy = 0, elapsed = 0;
  for (const json& line : lines_of(stats.out())) {
    const double ns = line["delta"]["run_time_ns"], share = line["cpu_share"];
    EXPECT_GT(share, 0);
    EXPECT_LE(share, 1.02) << "one thread runs it";
    busy += ns;
    elapsed += ns / share;
  }
  EXPECT_LE(busy, elapsed * 1.02);
  EXPECT_LE(elapsed, passed * 1.02);
  EXPECT_GE(elapsed, 0.25e9 * 3);
}

TEST_F(ProgStatsTest, has_the_kernel_count_only_meanwhile) {
  const auto is_counted = [&] {
    const auto before = info().run_cnt;
    run_program(1);
    return info().run_cnt != before;
  };
  Running stats("prog stats --interval 1000", On::pipe);
  EXPECT_TRUE(stats.wait_for([&](const auto&) { return is_counted(); }));
  stats.signal(SIGTERM);
  EXPECT_EQ(stats.end(), 0);
  // Others on the machine may make the kernel count for a while.
  EXPECT_TRUE(stats.wait_for([&](const auto&) { return !is_counted(); }));
}

TEST_F(ProgStatsTest, programs_that_come_and_go_are_marked) {
  Running stats("prog stats --jsonl --interval 0.05", On::pipe);
  ASSERT_TRUE(stats.wait_for(has_lines(1), [&] { run_program(1); }));
  done("pin rm " + pin("count"));
  fixture.emplace("count");
  const std::uint32_t old = id;
  ASSERT_TRUE(stats.wait_for([&](const std::string& out) {
    const auto lines = lines_of(out);
    return lines.back().contains("mark");
  }));
  EXPECT_EQ(lines_of(stats.out()).back()["mark"], "gone");
  id = info().id;
  ASSERT_NE(id, old);
  ASSERT_TRUE(stats.wait_for(has_lines(1)));
  EXPECT_EQ(lines_of(stats.out()).front()["mark"], "new");
}

TEST_F(ProgStatsTest, prints_blocks_and_ends_with_3_when_a_program_is_gone) {
  Running stats("prog stats " + pin("count") + " --interval 0.1", On::pipe);
  ASSERT_TRUE(stats.shows("1 program, 1 ran", [&] { run_program(10); }));
  EXPECT_TRUE(stats.shows("runs/s"));
  EXPECT_THAT(stats.out(), HasSubstr("count"));
  done("pin rm " + pin("count"));
  EXPECT_EQ(stats.end(), 3);
}

TEST_F(ProgStatsTest, the_screen_sorts_by_the_columns_that_have_an_order) {
  Running stats("prog stats " + pin("count") + " --interval 0.05", On::terminal);
  ASSERT_TRUE(stats.shows("*cpu", [&] { run_program(10); }));
  for (const char* heading : {"*id", "*runs ", "*runs/s", "*time/run", "*cpu"}) {
    stats.type("\x1b[C");
    EXPECT_TRUE(stats.shows(heading)) << heading;
  }
  stats.type("q");
  EXPECT_EQ(stats.end(), 0);
}

}  // namespace
}  // namespace bpfmaps::test
