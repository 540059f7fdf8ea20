// SPDX-License-Identifier: BSD-2-Clause
// The reference counters from end to end: loaded, attached, fed with an exact number of packets,
// read, detached.
#include <gmock/gmock.h>
#include <net/if.h>

#include <nlohmann/json.hpp>

#include "kernel/fixture.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

/// "XDP_PASS 3/192": every verdict of the map at `path` that was counted, CPUs added up.
std::vector<std::string> counted(const std::string& path) {
  std::vector<std::string> lines;
  for (const json& entry : json::parse(done("map dump " + path + " --json --cpu sum"))) {
    const std::uint64_t packets = entry["value"]["packets"], bytes = entry["value"]["bytes"];
    if (packets == 0 && bytes == 0) continue;
    const json& key = entry["key"];
    lines.push_back((key.is_string() ? key.get<std::string>() : key.dump()) + " " +
                    std::to_string(packets) + "/" + std::to_string(bytes));
  }
  return lines;
}

struct Counter {
  const char* object;
  const char* program;
  const char* map;
  const char* mode;
  const char* verdict;  ///< as the map's key shows it
};

void PrintTo(const Counter& counter, std::ostream* out) {
  *out << counter.program << " of " << counter.object << ", " << counter.mode;
}

class CounterTest : public KernelTest, public testing::WithParamInterface<Counter> {};

TEST_P(CounterTest, counts_every_packet_and_byte) {
  const auto& [object, program, map, mode, verdict] = GetParam();
  const std::string directory = pin("xdp");
  sandbox->add_veth_pair("left", "right");
  done(std::string("prog loadall ") + object + " " + directory + " pinmaps " + directory);
  const std::string attached = directory + "/" + program + " xdp dev right";
  done("prog attach " + attached + " mode " + mode);

  sandbox->send("left", 3, {.size = 64});
  sandbox->send("left", 1000, {.size = 1000});
  sandbox->send("left", 7, {.size = 60, .ethertype = 0x86dd});
  EXPECT_THAT(
      counted(directory + "/" + map),
      ElementsAre(std::string(verdict) + " 1010/" + std::to_string(3 * 64 + 1000 * 1000 + 7 * 60)));

  done("prog detach " + attached);
  sandbox->send("left", 5);
  EXPECT_THAT(counted(directory + "/" + map),
              ElementsAre(testing::StartsWith(std::string(verdict) + " 1010/")));
}

INSTANTIATE_TEST_SUITE_P(
    Built, CounterTest,
    testing::Values(Counter{"xdp_stats_array", "xdp_stats_pass", "stats", "generic", "XDP_PASS"},
                    Counter{"xdp_stats_array", "xdp_stats_pass", "stats", "native", "XDP_PASS"},
                    Counter{"xdp_stats_array", "xdp_stats_drop", "stats", "generic", "XDP_DROP"},
                    Counter{"xdp_stats_array", "xdp_stats_drop", "stats", "native", "XDP_DROP"},
                    Counter{"xdp_stats_percpu", "xdp_stats_pass", "stats", "generic", "XDP_PASS"},
                    Counter{"xdp_stats_percpu", "xdp_stats_pass", "stats", "native", "XDP_PASS"},
                    Counter{"xdp_stats_percpu", "xdp_stats_drop", "stats", "generic", "XDP_DROP"},
                    Counter{"xdp_stats_percpu", "xdp_stats_drop", "stats", "native", "XDP_DROP"},
                    Counter{"xdp_pkt_cnt", "xdp_pkt_cnt", "pkt_cnt", "generic", "0"},
                    Counter{"xdp_pkt_cnt", "xdp_pkt_cnt", "pkt_cnt", "native", "0"},
                    Counter{"xdp_policy", "xdp_policy", "stats", "generic", "XDP_PASS"},
                    Counter{"xdp_policy", "xdp_policy", "stats", "native", "XDP_PASS"}));

using CountersTest = KernelTest;

TEST_F(CountersTest, two_programs_count_into_one_map) {
  sandbox->add_veth_pair("left", "right");
  sandbox->add_veth_pair("red", "blue");
  done("prog loadall xdp_stats_array " + pin("xdp") + " pinmaps " + pin("xdp"));
  done("prog attach " + pin("xdp/xdp_stats_pass") + " xdp dev right");
  done("prog attach " + pin("xdp/xdp_stats_drop") + " xdp dev blue");
  sandbox->send("left", 20);
  sandbox->send("red", 30);
  EXPECT_THAT(counted(pin("xdp/stats")), ElementsAre("XDP_DROP 30/1920", "XDP_PASS 20/1280"));
}

TEST_F(CountersTest, the_hash_is_empty_until_the_first_packet) {
  done("prog loadall xdp_pkt_cnt " + pin("xdp") + " pinmaps " + pin("xdp"));
  EXPECT_EQ(json::parse(done("map dump " + pin("xdp/pkt_cnt") + " --json")), json::array());
}

struct SourcePrefix {
  std::uint32_t prefixlen;
  std::uint8_t source[4];
};
struct Rule {
  std::uint32_t action, device;
};

/// The policy, attached to `right`, with rules for 10.DROP|PASS|TX|REDIRECT.0.0/16 and one that
/// no verdict has the number of.
class PolicyTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    sandbox->add_veth_pair("left", "right");
    sandbox->add_veth_pair("away", "there");
    done("prog loadall xdp_policy " + pin("xdp") + " pinmaps " + pin("xdp"));
    const auto policy = kernel::map_at(pin("xdp/policy"), kernel::Access::write);
    const auto devices = kernel::map_at(pin("xdp/devices"), kernel::Access::write);
    ASSERT_TRUE(policy && devices);
    for (const std::uint8_t action : std::initializer_list<std::uint8_t>{1, 2, 3, 4, 99})
      put(policy->fd(), SourcePrefix{16, {10, action, 0, 0}}, Rule{action, 5});
    put(policy->fd(), SourcePrefix{24, {10, 4, 7, 0}}, Rule{XDP_REDIRECT, 6});  // to no device
    put(devices->fd(), std::uint32_t{5}, if_nametoindex("away"));
  }
};

TEST_F(PolicyTest, does_what_user_space_wrote) {
  // A counter on `there` sees what is redirected, one on `left` what comes back.
  done("prog load xdp_pkt_cnt " + pin("there/prog") + " pinmaps " + pin("there"));
  done("prog attach " + pin("there/prog") + " xdp dev there mode native");
  done("prog load xdp_pkt_cnt " + pin("left/prog") + " pinmaps " + pin("left"));
  done("prog attach " + pin("left/prog") + " xdp dev left mode native");
  done("prog attach " + pin("xdp/xdp_policy") + " xdp dev right mode native");

  sandbox->send("left", 1, {.source = "10.1.2.3"});
  sandbox->send("left", 2, {.source = "10.2.2.3"});
  sandbox->send("left", 3, {.source = "10.3.2.3"});
  sandbox->send("left", 4, {.source = "10.4.2.3"});
  sandbox->send("left", 5, {.source = "10.99.2.3"});
  sandbox->send("left", 6, {.source = "10.4.7.1"});
  sandbox->send("left", 7, {.source = "192.0.2.1"});
  EXPECT_THAT(counted(pin("xdp/stats")),
              ElementsAre("XDP_ABORTED 11/704", "XDP_DROP 1/64", "XDP_PASS 9/576", "XDP_TX 3/192",
                          "XDP_REDIRECT 4/256"));
  EXPECT_THAT(counted(pin("left/pkt_cnt")), ElementsAre("0 3/192"));
  EXPECT_THAT(counted(pin("there/pkt_cnt")), ElementsAre("0 4/256"));
}

/// An Ethernet frame of 64 bytes from 10.`second`.0.1, from 22:22:... to 11:11:...
std::string frame_from(char second) {
  std::string frame(64, '\0');
  frame.replace(0, 6, 6, '\x11').replace(6, 6, 6, '\x22');
  frame.replace(12, 2, std::string("\x08\0", 2));
  frame.replace(14, 1, "\x45");
  frame.replace(26, 4, std::string("\x0a") + second + std::string("\0\x01", 2));
  return frame;
}

TEST_F(PolicyTest, runs_on_given_packets) {
  const auto run = [](char second) {
    const Ran ran = run_bpfmaps(
        {"prog", "run", pin("xdp/xdp_policy"), "data_in", "-", "data_out", "-", "--json"},
        {.input = frame_from(second)});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return json::parse(ran.out);
  };
  EXPECT_EQ(run(0)["action"], "XDP_PASS");
  EXPECT_EQ(run(1)["action"], "XDP_DROP");
  EXPECT_EQ(run(4)["action"], "XDP_REDIRECT");
  const json tx = run(3);
  EXPECT_EQ(tx["action"], "XDP_TX");
  EXPECT_EQ(tx["retval"], 3);
  EXPECT_THAT(tx["data_out"], testing::StartsWith("22 22 22 22 22 22 11 11 11 11 11 11 08 00"));
  EXPECT_THAT(counted(pin("xdp/stats")),
              ElementsAre("XDP_DROP 1/64", "XDP_PASS 1/64", "XDP_TX 1/64", "XDP_REDIRECT 1/64"));
}

TEST_F(CountersTest, what_is_attached_already_is_refused_with_its_id) {
  sandbox->add_veth_pair("left", "right");
  done("prog loadall xdp_stats_array " + pin("xdp"));
  done("prog attach " + pin("xdp/xdp_stats_pass") + " xdp dev right");
  const auto first = kernel::prog_at(pin("xdp/xdp_stats_pass"));
  ASSERT_TRUE(first);
  const std::string id = std::to_string(first->info().id);
  for (const char* mode : {"", " mode generic", " mode native"}) {
    const std::string said =
        refused("prog attach " + pin("xdp/xdp_stats_drop") + " xdp dev right" + mode, 1);
    EXPECT_THAT(said, HasSubstr("program " + id + " (native)"));
  }
  EXPECT_THAT(refused("prog detach " + pin("xdp/xdp_stats_drop") + " xdp dev right", 3),
              HasSubstr("but program " + id));
}

TEST_F(CountersTest, a_program_attached_by_other_means_can_be_detached) {
  sandbox->add_veth_pair("left", "right");
  done("prog loadall xdp_stats_array " + pin("xdp"));
  ASSERT_EQ(
      run({"ip", "link", "set", "right", "xdp", "pinned", pin("xdp/xdp_stats_pass")}).exit_code, 0);
  EXPECT_THAT(refused("prog attach " + pin("xdp/xdp_stats_drop") + " xdp dev right", 1),
              HasSubstr("attached already"));
  done("prog detach " + pin("xdp/xdp_stats_pass") + " xdp dev right");
  done("prog attach " + pin("xdp/xdp_stats_drop") + " xdp dev right");
}

TEST_F(CountersTest, a_link_outlives_the_command_by_its_pin) {
  sandbox->add_veth_pair("left", "right");
  done("prog loadall xdp_stats_array " + pin("xdp"));
  const json link =
      json::parse(done("prog attach " + pin("xdp/xdp_stats_pass") + " xdp dev right --json"));
  EXPECT_EQ(link["devname"], "right");
  EXPECT_EQ(link["ifindex"], if_nametoindex("right"));
  EXPECT_EQ(link["mode"], "native");
  EXPECT_THAT(link["pinned"], ElementsAre(pin("xdp/xdp_stats_pass_right")));
  const auto pinned = kernel::link_at(pin("xdp/xdp_stats_pass_right"));
  ASSERT_TRUE(pinned) << pinned.error().message();
  EXPECT_EQ(link["id"], pinned->info().id);
  EXPECT_EQ(link["prog_id"], pinned->info().prog_id);
  done("prog detach " + pin("xdp/xdp_stats_pass") + " xdp dev right");
  EXPECT_FALSE(kernel::link_at(pin("xdp/xdp_stats_pass_right")));
}

TEST_F(CountersTest, a_link_that_cannot_be_pinned_is_not_left_attached) {
  sandbox->add_veth_pair("left", "right");
  done("prog loadall xdp_stats_array " + pin("xdp"));
  const std::string attach = "prog attach " + pin("xdp/xdp_stats_pass") + " xdp dev right";
  EXPECT_THAT(refused(attach + " pin " + pin("xdp/xdp_stats_drop"), 1), HasSubstr("already"));
  const std::string id =
      json::parse(done("prog show " + pin("xdp/xdp_stats_pass") + " --json"))["id"].dump();
  EXPECT_THAT(refused("prog attach id " + id + " xdp dev right", 2), HasSubstr("pin PATH"));
  done(attach + " pin " + pin("links/right"));
}

}  // namespace
}  // namespace bpfmaps::test
