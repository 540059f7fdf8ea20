// SPDX-License-Identifier: BSD-2-Clause
// Maps that are counted into while they are copied to a changed struct: all that was counted before
// the second sweep began is in the copy.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

using ::testing::HasSubstr;

class TravelFlow : public KernelTest {
 protected:
  // Runs `map copy WORDS --twice` and calls `count()` again and again. Between two of them it looks
  // whether the first sweep was told yet; where it was not, the second one has yet to begin, and
  // calls `settle()`: all counted so far has to be in the copy.
  template <class Count, class Settle>
  static void copy_twice(const std::string& words, Count count, Settle settle) {
    Running copy("map copy " + words + " --twice --jsonl", On::pipe);
    const bool told = copy.wait_for(
        [&](const std::string& out) {
          if (out.find('\n') != out.npos) return true;
          settle();
          return false;
        },
        count);
    EXPECT_TRUE(told) << copy.err();
    count();
    EXPECT_TRUE(copy.shows("carried_again", count)) << copy.err();
    EXPECT_EQ(copy.end(), 0) << copy.err();
  }
};

struct Stats {
  std::uint64_t packets, bytes;
};
struct StatsV2 {
  std::uint32_t errors;
  std::uint64_t bytes;
  std::uint32_t packets;
};

TEST_F(TravelFlow, counters_go_over_to_a_changed_struct_while_packets_come_in) {
  const Fixture later("stats_v2");
  later.pin_maps(std::string(kBpffs));
  sandbox->add_veth_pair("left", "right");
  done("prog load xdp_stats_array " + pin("xdp_stats_pass") + " pinmaps " + pin("maps"));
  done("prog attach " + pin("xdp_stats_pass") + " xdp dev right");
  const Fd old_map(must(bpf_obj_get(pin("maps/stats").c_str()), "open the map"));
  const auto counted = [&] { return get<Stats>(old_map.get(), std::uint32_t{XDP_PASS}); };
  std::uint64_t last = 0;
  for (int round = 0; round < 8; ++round) {
    Stats floor{}, now{};
    copy_twice(
        pin("maps/stats") + " " + pin("stats_v2"),
        [&] {
          sandbox->send("left", 7);
          now = counted();
        },
        [&] { floor = now; });
    const auto copied = get<StatsV2>(later.map("stats_v2"), std::uint32_t{XDP_PASS});
    EXPECT_GE(copied.packets, std::max(floor.packets, last));
    EXPECT_GE(copied.bytes, floor.bytes);
    EXPECT_LE(copied.packets, counted().packets);
    EXPECT_EQ(copied.errors, 0u);
    last = counted().packets;
  }
  EXPECT_GT(last, 8u * 7);
}

struct Key {
  std::uint32_t host;
  std::uint16_t port, padding;
};
struct Value {
  std::uint64_t packets;
  std::uint32_t bytes, state;
  char name[8];
  std::uint8_t bits, padding[7];
};
struct LaterKey {
  std::uint64_t port;
  std::uint32_t host, padding;
};
struct LaterValue {
  std::uint32_t flags;
  char name[16];
  std::uint32_t padding;
  std::uint64_t bytes;
  std::uint32_t packets;
  std::uint8_t bits, padding_too[3];
};

TEST_F(TravelFlow, no_count_of_a_large_table_is_lost_that_the_second_sweep_should_have) {
  constexpr std::uint32_t kEntries = 20000;
  const Fixture maps("diffs", [](bpf_object* object) {
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object) {
      const std::string name = bpf_map__name(map);
      if (name == "v1" || name == "v2") bpf_map__set_max_entries(map, kEntries);
    }
  });
  maps.pin_maps(std::string(kBpffs));
  const int from = maps.map("v1");
  for (std::uint32_t i = 0; i < kEntries; i += 2) put(from, Key{i, 80, 0}, Value{});
  std::vector<std::uint64_t> counts(kEntries), floor(kEntries);
  std::vector<std::uint32_t> recent;
  std::mt19937 random(23);
  // Half of the keys are new at their first packet.
  const auto count = [&] {
    for (int i = 0; i < 300; ++i) {
      const std::uint32_t host = random() % kEntries;
      put(from, Key{host, 80, 0}, Value{.packets = ++counts[host], .bytes = 60});
      recent.push_back(host);
    }
  };
  copy_twice(pin("v1") + " " + pin("v2") + " --drop state", count, [&] {
    for (const std::uint32_t host : recent) ++floor[host];
    recent.clear();
  });
  std::uint64_t settled = 0;
  for (std::uint32_t host = 0; host < kEntries; ++host) {
    settled += floor[host];
    const LaterKey key{80, host, 0};
    LaterValue value{};
    const bool there = bpf_map_lookup_elem(maps.map("v2"), &key, &value) == 0;
    EXPECT_TRUE(there || (host % 2 == 1 && floor[host] == 0)) << host;
    EXPECT_GE(value.packets, floor[host]) << host;
    EXPECT_LE(value.packets, counts[host]) << host;
  }
  EXPECT_GT(settled, 300u);
}

}  // namespace
}  // namespace bpfmaps::test
