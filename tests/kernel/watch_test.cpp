// SPDX-License-Identifier: BSD-2-Clause
// map watch into a pipe: rates beside what was sent, marks, and maps that are replaced or removed.
#include <gmock/gmock.h>
#include <signal.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "kernel/fixture.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/json_lines.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;

class WatchTest : public KernelTest {
 protected:
  /// A hash of u32 keys and values of that type, pinned as `name`.
  static Fd make(const std::string& name, const std::string& type) {
    done("map create " + pin(name) + " type hash key u32 value " + type + " entries 64");
    return Fd(must(bpf_obj_get(pin(name).c_str()), "open " + name));
  }

  /// What a line says of the step from `before` to `now`, in a map of `type`.
  template <class Number>
  static json step(const std::string& type, Number before, Number now) {
    const std::uint32_t key = 1, other = 2;
    const Fd map = make("step", type);
    put(map.get(), key, before);
    put(map.get(), other, Number{0});
    Running watch("map watch " + pin("step") + " --jsonl --interval 0.02 --counters value",
                  On::pipe);
    // The first line about the other entry says that there was a look to compare with.
    Number beat = 0;
    EXPECT_TRUE(watch.wait_for(has_lines(1), [&] { put(map.get(), other, ++beat); }));
    put(map.get(), key, now);
    json found;
    EXPECT_TRUE(watch.wait_for([&](const std::string& out) {
      for (const json& line : lines_of(out))
        if (line["key"] == key) found = line;
      return !found.is_null();
    }));
    done("pin rm " + pin("step"));
    return found;
  }
};

TEST_F(WatchTest, rates_are_those_of_the_generator) {
  sandbox->add_veth_pair("left", "right");
  done("prog loadall xdp_stats_percpu " + pin("xdp") + " pinmaps " + pin("xdp"));
  done("prog attach " + pin("xdp/xdp_stats_pass") + " xdp dev right");
  Running watch("map watch " + pin("xdp/stats") + " --jsonl --interval 0.5 --count 4", On::pipe);

  // sent[n] and arrived[n]: when the n-th packet was on its way, and when it had been counted.
  std::vector<std::uint64_t> sent{monotonic_ns()}, arrived{monotonic_ns()};
  const auto generate = [&] {
    for (int i = 0; i < 10; ++i) {
      sent.push_back(monotonic_ns());
      sandbox->send("left", 1, {.size = 100});
      arrived.push_back(monotonic_ns());
    }
  };
  ASSERT_TRUE(watch.wait_for(has_lines(4), generate));
  generate();  // the last look may have seen the last packet, and is told by the
               // one behind it
  EXPECT_EQ(watch.end(), 0) << watch.err();

  for (const json& line : lines_of(watch.out())) {
    EXPECT_EQ(line["key"], "XDP_PASS");
    const std::uint64_t now = line["value"]["packets"], delta = line["delta"]["packets"];
    EXPECT_EQ(line["value"]["bytes"], now * 100);
    EXPECT_EQ(line["delta"]["bytes"], delta * 100);
    // A map that held n packets was read after the n-th was sent and before the next had arrived.
    const std::uint64_t before = now - delta;
    ASSERT_LT(now + 1, arrived.size());
    const double rate = line["rate"]["packets"];
    const double least =
        static_cast<double>(delta) * 1e9 / static_cast<double>(arrived[now + 1] - sent[before]);
    const double most =
        static_cast<double>(delta) * 1e9 / static_cast<double>(sent[now] - arrived[before + 1]);
    EXPECT_GE(rate, least * 0.98) << line;
    EXPECT_LE(rate, most * 1.02) << line;
    EXPECT_NEAR(line["rate"]["bytes"].get<double>(), rate * 100, rate);
  }
}

TEST_F(WatchTest, counters_wrap_at_their_width) {
  const json narrow = step<std::uint32_t>("u32", 4294967290, 5);
  EXPECT_EQ(narrow["delta"]["value"], 11) << narrow;
  EXPECT_EQ(narrow["value"], 5);
  EXPECT_FALSE(narrow.contains("mark"));
  const json wide = step<std::uint64_t>("u64", 18446744073709551610U, 5);
  EXPECT_EQ(wide["delta"]["value"], 11) << wide;
  EXPECT_LT(wide["rate"]["value"].get<double>(), 11 / 0.001);
}

TEST_F(WatchTest, a_counter_that_went_down_is_marked_and_has_no_rate) {
  const json line = step<std::uint64_t>("u64", 1000, 5);
  EXPECT_EQ(line["mark"], "down") << line;
  EXPECT_EQ(line["delta"]["value"], -995);
  EXPECT_EQ(line["rate"]["value"], nullptr);
}

TEST_F(WatchTest, entries_that_come_and_go_are_marked) {
  const Fd map = make("flows", "u64");
  put(map.get(), std::uint32_t{1}, std::uint64_t{7});
  put(map.get(), std::uint32_t{2}, std::uint64_t{1});
  Running watch("map watch " + pin("flows") + " --jsonl --interval 0.02", On::pipe);
  std::uint64_t beat = 1;
  ASSERT_TRUE(watch.wait_for(has_lines(1), [&] { put(map.get(), std::uint32_t{2}, ++beat); }));
  const std::uint32_t gone = 1;
  bpf_map_delete_elem(map.get(), &gone);
  put(map.get(), std::uint32_t{3}, std::uint64_t{18446744073709551615U});
  const auto about = [&](std::uint32_t key) {
    for (const json& line : lines_of(watch.out()))
      if (line["key"] == key) return line;
    return json();
  };
  ASSERT_TRUE(watch.wait_for(
      [&](const std::string&) { return !about(1).is_null() && !about(3).is_null(); }));
  EXPECT_EQ(about(1)["mark"], "gone");
  EXPECT_EQ(about(1)["value"], 7);
  EXPECT_EQ(about(3)["mark"], "new");
  EXPECT_EQ(about(3)["value"], 18446744073709551615U);
  for (const std::uint32_t key : {1, 3}) {
    EXPECT_EQ(about(key)["delta"], json::object());
    EXPECT_EQ(about(key)["rate"], json::object());
  }
  watch.signal(SIGINT);
  EXPECT_EQ(watch.end(), 0);
}

TEST_F(WatchTest, follows_the_path_to_the_map_that_took_its_place) {
  const Fd old = make("stats", "u64"), other = make("next", "u32");
  const std::uint32_t key = 1;
  put(old.get(), key, std::uint64_t{5'000'000'000});
  put(other.get(), key, std::uint32_t{1});
  Running watch("map watch " + pin("stats") + " --jsonl --interval 0.02", On::pipe);
  std::uint64_t beat = 5'000'000'000;
  ASSERT_TRUE(watch.wait_for(has_lines(1), [&] { put(old.get(), key, ++beat); }));
  ASSERT_EQ(std::rename(pin("next").c_str(), pin("stats").c_str()), 0);
  std::uint32_t fresh = 1;
  ASSERT_TRUE(watch.wait_for(
      [](const std::string& out) { return lines_of(out).back()["value"] < 5'000'000'000; },
      [&] { put(other.get(), key, ++fresh); }));
  const json line = lines_of(watch.out()).back();
  EXPECT_LT(line["delta"]["value"], 1000) << line;
  EXPECT_FALSE(line.contains("mark"));
  EXPECT_THAT(watch.err(),
              HasSubstr("map id " + std::to_string(map_id(old.get())) + " was replaced by map id " +
                        std::to_string(map_id(other.get()))));
  watch.signal(SIGTERM);
  EXPECT_EQ(watch.end(), 0);
}

TEST_F(WatchTest, ends_with_3_when_the_pin_is_gone) {
  const Fd map = make("stats", "u64");
  Running watch("map watch " + pin("stats") + " --interval 0.02", On::pipe);
  ASSERT_TRUE(watch.shows("0 entries, 0 changed"));
  done("pin rm " + pin("stats"));
  EXPECT_EQ(watch.end(), 3);
  EXPECT_THAT(watch.err(), HasSubstr("hint:"));
}

TEST_F(WatchTest, ends_when_nobody_reads_any_more) {
  const Fd map = make("stats", "u64");
  Running watch("map watch " + pin("stats") + " --jsonl --interval 1000", On::pipe);
  watch.hang_up();
  EXPECT_EQ(watch.end(), 0);
}

TEST_F(WatchTest, prints_a_block_for_each_look) {
  const Fd map = make("flows", "u64");
  for (const std::uint32_t key : {1U, 2U, 3U, 4U}) put(map.get(), key, std::uint64_t{0});
  Running watch("map watch " + pin("flows") + " --interval 0.1 --top 2 --count 2", On::pipe);
  std::uint64_t beat = 0;
  ASSERT_TRUE(watch.wait_for([](const std::string& out) { return out.find("\n\n") != out.npos; },
                             [&] {
                               ++beat;
                               for (const std::uint32_t key : {1U, 2U, 3U})
                                 put(map.get(), key, beat * key * 1000);
                             }));
  EXPECT_EQ(watch.end(), 0);
  const std::string block = watch.out().substr(0, watch.out().find("\n\n"));
  EXPECT_THAT(block, MatchesRegex("[-0-9]+T[:.0-9]+\\+[:0-9]+  /sys/fs/bpf/flows: 4 "
                                  "entries, 3 changed\n"
                                  "key +value +change +value/s\n"
                                  "  3 +[0-9]+000 +\\+[0-9.]+[kM] +[0-9.]+[kMG]\n"
                                  "  2 +[0-9]+000 +\\+[0-9.]+[kM] +[0-9.]+[kMG]"));
}

TEST_F(WatchTest, the_path_in_its_title_cannot_speak_to_the_terminal) {
  make("plain", "u64");
  const std::string path = pin("\x1b]0;owned");
  done("pin mv " + pin("plain") + " " + path);
  const std::string block = done("map watch " + path + " --once --interval 0.01");
  EXPECT_THAT(block, HasSubstr(pin("\\x1b]0;owned: 0 entries")));
  EXPECT_EQ(block.find('\x1b'), block.npos);
  Running screen("map watch " + path + " --interval 0.01", On::terminal);
  EXPECT_TRUE(screen.shows("\\x1b]0;owned: 0 entries"));
  screen.type("q");
  EXPECT_EQ(screen.end(), 0);
  EXPECT_EQ(screen.out().find("\x1b]0;owned"), std::string::npos);
}

TEST_F(WatchTest, where_leaves_the_others_out_and_invents_no_coming_or_going) {
  const Fd map = make("flows", "u64");
  const std::uint32_t watched = 1, other = 2;
  put(map.get(), watched, std::uint64_t{90});
  put(map.get(), other, std::uint64_t{0});
  Running watch("map watch " + pin("flows") + " --jsonl --interval 0.02 --where value>=100 ",
                On::pipe);
  std::uint64_t beat = 0, value = 90;
  ASSERT_TRUE(watch.wait_for(has_lines(2), [&] {
    put(map.get(), other, ++beat % 100);
    put(map.get(), watched, ++value);
  }));
  const auto lines = lines_of(watch.out());
  for (const json& line : lines) {
    EXPECT_EQ(line["key"], watched);
    EXPECT_FALSE(line.contains("mark")) << line;
    EXPECT_GT(line["delta"]["value"], 0);
  }
}

TEST_F(WatchTest, shows_each_cpu_where_it_is_asked_to) {
  done("prog loadall xdp_stats_percpu " + pin("xdp") + " pinmaps " + pin("xdp"));
  const Fd map(must(bpf_obj_get(pin("xdp/stats").c_str()), "open"));
  struct Record {
    std::uint64_t packets, bytes;
  };
  Running watch("map watch " + pin("xdp/stats") + " --jsonl --interval 0.02 --cpu each", On::pipe);
  std::uint64_t beat = 0;
  ASSERT_TRUE(watch.wait_for(has_lines(3), [&] {
    ++beat;
    put_per_cpu(map.get(), std::uint32_t{2}, std::vector<Record>{{beat, beat * 60}});
  }));
  for (const json& line : lines_of(watch.out())) {
    EXPECT_EQ(line["cpu"], 0);
    EXPECT_EQ(line["key"], "XDP_PASS");
    EXPECT_EQ(line["delta"]["bytes"], line["delta"]["packets"].get<std::uint64_t>() * 60);
  }
}

TEST_F(WatchTest, forms_with_an_end_have_one) {
  const Fd map = make("stats", "u64");
  put(map.get(), std::uint32_t{1}, std::uint64_t{1});
  const std::string watch = "map watch " + pin("stats") + " --interval 20ms ";
  EXPECT_EQ(done(watch + "--once --json"), "[]\n");
  EXPECT_EQ(done(watch + "--once --csv"), "ts,key,value,value.change,value.rate,mark\n");

  std::uint64_t beat = 1;
  Running array(watch + "--count 3 --json", On::pipe);
  ASSERT_TRUE(array.wait_for([](const std::string& out) { return out.ends_with("]\n"); },
                             [&] { put(map.get(), std::uint32_t{1}, ++beat); }));
  EXPECT_EQ(array.end(), 0);
  const json whole = json::parse(array.out());
  ASSERT_FALSE(whole.empty());
  EXPECT_EQ(whole[0]["path"], pin("stats"));
  EXPECT_EQ(whole[0]["id"], map_id(map.get()));

  Running table(watch + "--count 3 --csv", On::pipe);
  ASSERT_TRUE(table.wait_for(
      [](const std::string& out) {
        return out.find("Z,1,") != out.npos || out.find(":00,1,") != out.npos;
      },
      [&] { put(map.get(), std::uint32_t{1}, ++beat); }));
  table.end();
}

TEST_F(WatchTest, times_do_not_count_and_of_cpus_the_latest_is_taken) {
  const Fixture fixture("times");
  pin_fd(fixture.map("last"), pin("last"));
  put_per_cpu(fixture.map("last"), std::uint32_t{0},
              std::vector<std::uint64_t>{5'000'000'000, 3'000'000'000});
  Running watch("map watch " + pin("last") + " --jsonl --interval 0.02", On::pipe);
  std::uint64_t beat = 5'000'000'000;
  ASSERT_TRUE(watch.wait_for(has_lines(2), [&] {
    put_per_cpu(fixture.map("last"), std::uint32_t{0},
                std::vector<std::uint64_t>{++beat, 3'000'000'000});
  }));
  for (const json& line : lines_of(watch.out())) {
    EXPECT_LT(line["value"]["seen_ns"].get<std::uint64_t>(), 6'000'000'000u) << line;
    EXPECT_EQ(line["rate"], json::object()) << line;
  }
}

TEST_F(WatchTest, refuses_what_makes_no_sense_before_it_reads) {
  make("stats", "u64");
  const auto said = [&](const std::string& options) {
    return refused("map watch " + pin("stats") + " " + options, 2);
  };
  EXPECT_THAT(said("--interval 0"), HasSubstr("no time between two looks"));
  EXPECT_THAT(said("--interval soon"), HasSubstr("no time between two looks"));
  EXPECT_THAT(said("--count 0"), HasSubstr("--count"));
  EXPECT_THAT(said("--once --count 2"), HasSubstr("give one of them"));
  EXPECT_THAT(said("--csv"), HasSubstr("--jsonl"));
  EXPECT_THAT(said("--counters nope"), HasSubstr("--counters: there is no field `nope`"));
  EXPECT_THAT(said("--gauges key"), HasSubstr("counts nothing"));
  EXPECT_THAT(said("--sort nope"), HasSubstr("--sort: there is no field `nope`"));
  EXPECT_THAT(refused("map watch " + pin("nosuch"), 3), HasSubstr("nosuch"));
}

}  // namespace
}  // namespace bpfmaps::test
