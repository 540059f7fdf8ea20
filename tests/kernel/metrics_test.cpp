// SPDX-License-Identifier: BSD-2-Clause
// metrics: what is printed is what the maps hold, and Prometheus' own tool finds nothing to mend.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/paths.h"
#include "support/run.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string content(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class Metrics : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    char pattern[] = "/tmp/bpfmaps-test-XXXXXX";
    folder_ = mkdtemp(pattern);
    done("prog loadall xdp_stats_percpu " + pin("xdp") + " pinmaps " + pin("xdp"));
    done("map update " + pin("xdp/stats") + " key XDP_PASS value packets=20 bytes=1280");
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
    KernelTest::TearDown();
  }
  /// Prometheus' own tool has nothing to say about `text`.
  static void check(const std::string& text) {
    const Ran ran = run({"promtool", "check", "metrics"}, {.input = text});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.out + ran.err, "");
  }
  fs::path file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  static std::uint64_t cpus() { return static_cast<std::uint64_t>(libbpf_num_possible_cpus()); }

  fs::path folder_;
};

TEST_F(Metrics, every_map_and_program) {
  const std::string text = done("metrics show --entries");
  check(text);
  EXPECT_THAT(text, HasSubstr("name=\"stats\",pin=\"" + pin("xdp/stats") + "\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE bpf_map_entries gauge\n"));
  EXPECT_THAT(text, HasSubstr("pin=\"" + pin("xdp/xdp_stats_pass") + "\"} 1\n"));
  EXPECT_THAT(done("metrics show"), Not(HasSubstr("bpf_map_entries")));
}

TEST_F(Metrics, values_of_a_map) {
  const std::string line =
      "metrics show " + pin("xdp/stats") + " --labels action=key --counters packets,bytes";
  const std::string text = done(line);
  check(text);
  const std::string labels = "{map=\"" + pin("xdp/stats") + "\",action=\"XDP_PASS\"} ";
  EXPECT_THAT(text, HasSubstr("# TYPE bpf_map_stats_packets_total counter\n"));
  EXPECT_THAT(
      text, HasSubstr("bpf_map_stats_packets_total" + labels + std::to_string(20 * cpus()) + "\n"));
  EXPECT_THAT(text, HasSubstr("bpf_map_success{map=\"" + pin("xdp/stats") + "\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("# EOF")));
  EXPECT_EQ(done(line + " --gauges packets").find("bpf_map_stats_packets_total"), text.npos);
  EXPECT_THAT(done(line + " --cpu each"), HasSubstr(",action=\"XDP_PASS\",cpu=\"0\"} 20\n"));
  const std::string open = done(line + " --format openmetrics");
  EXPECT_THAT(open, HasSubstr("# TYPE bpf_map_stats_bytes counter\n# UNIT bpf_map_stats_bytes "
                              "bytes\nbpf_map_stats_bytes_total{"));
  EXPECT_TRUE(open.ends_with("# EOF\n"));
}

TEST_F(Metrics, names_can_be_chosen) {
  const std::string text = done("metrics show " + pin("xdp/stats") +
                                " --prefix edge --names packets=seen --fields packets");
  EXPECT_THAT(text, HasSubstr("\nedge_seen_total{"));
  EXPECT_THAT(text, Not(HasSubstr("bytes_total")));
}

TEST_F(Metrics, beyond_the_bound_the_greatest_are_kept_or_nothing) {
  const std::string map = "metrics show " + pin("xdp/stats") + " --max-series 4";
  const Ran none = run_bpfmaps({"metrics", "show", pin("xdp/stats"), "--max-series", "4"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.out, HasSubstr("bpf_map_series_dropped{map=\"" + pin("xdp/stats") + "\"} 10\n"));
  EXPECT_THAT(none.out, Not(HasSubstr("XDP_PASS")));
  const std::string some = done(map + " --sort packets");
  EXPECT_THAT(some, HasSubstr("bpf_map_series_dropped{map=\"" + pin("xdp/stats") + "\"} 6\n"));
  EXPECT_THAT(some, HasSubstr("key=\"XDP_PASS\"} " + std::to_string(20 * cpus()) + "\n"));
  EXPECT_THAT(refused("metrics show " + pin("xdp/stats") + " --max-series 1", 2),
              HasSubstr("one entry alone makes 2 series"));
}

TEST_F(Metrics, keys_without_end_must_be_named) {
  const Fixture examples("examples");
  pin_fd(examples.map("flows"), pin("flows"));
  done("map update " + pin("flows") + " key saddr=10.0.0.1 dport=443 value packets=7");
  const Ran ran = run_bpfmaps({"metrics", "show", pin("flows")});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("its keys are addresses"));
  EXPECT_THAT(ran.out, HasSubstr("bpf_map_success{map=\"" + pin("flows") + "\"} 0\n"));
  const std::string text = done("metrics show " + pin("flows") +
                                " --labels src=saddr,dport,protocol --counters packets");
  check(text);
  EXPECT_THAT(text, HasSubstr("src=\"10.0.0.1\",dport=\"443\",protocol=\"0\"} 7\n"));
  EXPECT_THAT(refused("metrics show " + pin("flows") + " --labels saddr", 2),
              HasSubstr("several entries would be one series"));
}

TEST_F(Metrics, slots_by_powers_of_two_are_a_histogram) {
  const Fixture fixture("metrics");
  pin_fd(fixture.map("latency"), pin("latency"));
  done("map update " + pin("latency") +
       " key 0 value slots=[5,0,2,1] spent_ns=1500000000 level=-3 on=true count=8");
  const std::string text =
      done("metrics show " + pin("latency") + " --hist slots=log2:us --counters spent_ns");
  check(text);
  const std::string map = "map=\"" + pin("latency") + "\"";
  const std::string name = "bpf_map_latency_slots_seconds";
  // Elements hold up to 1, 3 and 7 microseconds, the last one all above; no key: there is one.
  EXPECT_THAT(text, HasSubstr("# TYPE " + name + " histogram\n" + name + "_bucket{" + map +
                              ",le=\"1e-06\"} 5\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{" + map + ",le=\"+Inf\"} 8\n" + name + "_count{" +
                              map + "} 8\n"));
  EXPECT_THAT(text, HasSubstr("bpf_map_latency_spent_seconds_total{" + map + "} 1.5\n"));
  EXPECT_THAT(text, HasSubstr("bpf_map_latency_level{" + map + "} -3\n"));
  EXPECT_THAT(text, HasSubstr("bpf_map_latency_on{" + map + "} 1\n"));
  EXPECT_THAT(text, HasSubstr("bpf_map_latency_count_value{" + map + "} 8\n"));
  EXPECT_THAT(text, HasSubstr("bpf_map_latency_per_cpu{" + map + ",index=\"1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("bpf_map_latency_per_cpu_2{" + map + ",index=\"1\"} 0\n"));
  EXPECT_THAT(refused("metrics show " + pin("latency") + " --hist level=log2", 2),
              HasSubstr("is no array"));
}

TEST_F(Metrics, interfaces_are_called_by_their_names) {
  const Fixture fixture("metrics");
  pin_fd(fixture.map("places"), pin("places"));
  done("map update " + pin("places") + " key ifindex=1 name=in value 7");
  done("map update " + pin("places") + " key ifindex=99999 name=out value 8");
  const std::string text = done("metrics show " + pin("places"));
  EXPECT_THAT(text, HasSubstr("ifindex=\"lo\",name=\"in\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("ifindex=\"99999\",name=\"out\"} 8\n"));
}

TEST_F(Metrics, keys_that_look_alike_make_one_series) {
  const Fixture fixture("metrics");
  pin_fd(fixture.map("places"), pin("places"));
  for (const char* name : {"a\0x\0\0\0\0", "a\0y\0\0\0\0"}) {
    struct {
      std::uint32_t ifindex = 1;
      char text[8] = {};
    } key;
    std::memcpy(key.text, name, sizeof key.text);
    put(fixture.map("places"), key, std::uint64_t{1});
  }
  const std::string text = done("metrics show " + pin("places"));
  EXPECT_THAT(text, HasSubstr("bpf_map_series_dropped{map=\"" + pin("places") + "\"} 1\n"));
}

TEST_F(Metrics, entries_that_come_and_go_must_be_named) {
  const Fixture fixture("metrics");
  pin_fd(fixture.map("recent"), pin("recent"));
  done("map update " + pin("recent") + " key 5 value 7");
  EXPECT_THAT(run_bpfmaps({"metrics", "show", pin("recent")}).err, HasSubstr("an LRU map"));
  EXPECT_THAT(done("metrics show " + pin("recent") + " --labels slot=key"),
              HasSubstr("bpf_map_recent_value{map=\"" + pin("recent") + "\",slot=\"5\"} 7\n"));
}

TEST_F(Metrics, hostile_pins_stay_labels) {
  const std::string path = pin("we\"ird\\x\ny\xff");
  ASSERT_EQ(mkdir(path.c_str(), 0700), 0);
  done("pin add map " + pin("xdp/stats") + " " + pin("again"));
  ASSERT_EQ(rename(pin("again").c_str(), (path + "/stats").c_str()), 0);
  const Ran ran = run_bpfmaps({"metrics", "show", path + "/stats"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("map=\"" + pin("we\\\"ird\\\\x\\ny\xef\xbf\xbd") + "/stats\""));
  check(ran.out);
}

TEST_F(Metrics, settings_are_the_words_of_the_command_line) {
  const std::string good = file(
      "good.conf", "# what this measures\n\nall\n" + pin("xdp/stats") +
                       " --labels action=key --where 'packets > 0' # seen\n" + pin("none") + "\n");
  const Ran shown = run_bpfmaps({"metrics", "show", "--config", good});
  EXPECT_EQ(shown.exit_code, 3);  // one map is not there; the others are
  check(shown.out);
  EXPECT_THAT(shown.out, HasSubstr("bpf_prog_info{"));
  EXPECT_THAT(shown.out, HasSubstr("bpf_map_success{map=\"" + pin("none") + "\"} 0\n"));
  EXPECT_THAT(shown.out, HasSubstr("action=\"XDP_PASS\""));
  EXPECT_THAT(shown.out, Not(HasSubstr("action=\"XDP_DROP\"")));
  const Ran checked = run_bpfmaps({"metrics", "check", "--config", good, "--json"});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.out, HasSubstr("\"where\":\"" + good + ":4\""));
  EXPECT_THAT(checked.out, HasSubstr("\"bpf_map_stats_packets_total\""));
  EXPECT_THAT(checked.err, HasSubstr("1 of 2 maps"));
  const std::string bad = file("bad.conf", "all\n" + pin("xdp/stats") + " --cuonters packets\n");
  EXPECT_THAT(refused("metrics check --config " + bad, 2), HasSubstr(bad + ":2: "));
  EXPECT_THAT(refused("metrics check --config " + file("q.conf", "/x 'y\n").string(), 2),
              HasSubstr("is not closed"));
  EXPECT_THAT(refused("metrics show --counters packets", 2), HasSubstr("is about a map"));
}

TEST_F(Metrics, a_file_is_exchanged_as_a_whole) {
  const std::string path = folder_ / "maps.prom";
  done("metrics write " + path + " " + pin("xdp/stats"));
  check(content(path));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0644));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
  EXPECT_THAT(refused("metrics write /dev/null", 1), HasSubstr("no file that could be exchanged"));
  refused("metrics write " + folder_.string() + "/no/maps.prom", 3);
}

TEST_F(Metrics, alerts_are_what_they_say) {
  const Ran ran =
      run({"promtool", "test", "rules", BPFMAPS_SOURCE_DIR "/docs/metrics/alerts_test.yml"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
}

TEST_F(Metrics, a_path_is_followed) {
  const std::string path = folder_ / "maps.prom";
  Running writing("metrics write " + path + " " + pin("xdp/stats") + " --interval 20ms", On::pipe);
  const auto holds = [&](const std::string& text) {
    return writing.wait_for(
        [&](const std::string&) { return content(path).find(text) != std::string::npos; });
  };
  const std::string success = "bpf_map_success{map=\"" + pin("xdp/stats") + "\"} ";
  EXPECT_TRUE(holds("XDP_PASS\"} " + std::to_string(20 * cpus())));
  ASSERT_EQ(unlink(pin("xdp/stats").c_str()), 0);
  EXPECT_TRUE(holds(success + "0"));
  done("prog loadall xdp_stats_array " + pin("p") + " pinmaps " + pin("p"));
  ASSERT_EQ(rename(pin("p/stats").c_str(), pin("xdp/stats").c_str()), 0);
  EXPECT_TRUE(holds(success + "1"));
  writing.signal(SIGTERM);
  EXPECT_EQ(writing.end(), 0);
  EXPECT_THAT(writing.err(), HasSubstr("there is no stats in"));
}

}  // namespace
}  // namespace bpfmaps::test
