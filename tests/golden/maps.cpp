// SPDX-License-Identifier: BSD-2-Clause
// Fills the maps of fixtures/golden.bpf.c: whoever changes a number here changes golden cases.
#include "golden/maps.h"

#include <arpa/inet.h>
#include <sys/stat.h>

#include <array>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"

namespace bpfmaps::test {
namespace {

struct Record {
  std::uint64_t packets, bytes;
};

struct FlowKey {
  std::uint32_t source, destination;
  std::uint16_t source_port, destination_port;
  std::uint8_t protocol, padding[3];
};

struct Flow {
  std::uint64_t packets;
  std::int64_t drift;
  std::uint32_t state;
  bool trusted;
  std::uint8_t bits;  // tos : 3, ecn : 2, level : 3
  char name[16];
  std::uint8_t mac[6];
  std::uint32_t mark;
};

struct Prefix {
  std::uint32_t length, address;
};

FlowKey flow_key(const char* source, const char* destination, std::uint16_t port,
                 std::uint8_t protocol) {
  return {inet_addr(source), inet_addr(destination), htons(40000), htons(port), protocol, {}};
}

void fill_flows(int map) {
  put(map, flow_key("10.0.0.1", "192.0.2.80", 443, 6),
      Flow{1500, -3, 1, true, 0b111'01'010, "web", {2, 0, 0, 0, 0, 1}, 0xff});
  put(map, flow_key("10.0.0.2", "192.0.2.53", 53, 17),
      Flow{12, 0, 0, false, 0, "dns \"quoted\"", {2, 0, 0, 0, 0, 2}, 0});
  put(map, flow_key("10.9.8.7", "192.0.2.1", 22, 6),
      Flow{18446744073709551615U, INT64_MIN, 7, false, 0b100'10'111, "bad\xff\x1b[31m", {}, 1});
}

void fill_policy(int map) {
  put(map, Prefix{8, inet_addr("10.0.0.0")}, std::uint32_t{2});       // XDP_PASS
  put(map, Prefix{24, inet_addr("192.0.2.0")}, std::uint32_t{1});     // XDP_DROP
  put(map, Prefix{32, inet_addr("203.0.113.7")}, std::uint32_t{99});  // no action at all
}

}  // namespace

void make_golden_maps() {
  const Fixture maps("golden");
  const std::string folder = std::string(kBpffs) + "/golden";
  must(mkdir(folder.c_str(), 0755), "mkdir " + folder);
  for (std::uint32_t action = 0; action < 5; ++action) {
    put(maps.map("stats"), action, Record{action * 10, action * 640});
    put_per_cpu(maps.map("stats_percpu"), action,
                std::vector<Record>{{action * 9, action * 576}, {action, action * 64}});
  }
  fill_flows(maps.map("flows"));
  fill_policy(maps.map("policy"));
  put(maps.map("untyped"), std::uint32_t{1},
      std::array<std::uint8_t, 6>{0, 1, 2, 0xfd, 0xfe, 0xff});
  put(maps.map("untyped"), std::uint32_t{256}, std::array<std::uint8_t, 6>{});
  for (const std::uint64_t value : {7, 8})
    must(bpf_map_update_elem(maps.map("waiting"), nullptr, &value, 0), "push");
  maps.pin_maps(folder);
}

}  // namespace bpfmaps::test
