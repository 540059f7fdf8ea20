// SPDX-License-Identifier: BSD-2-Clause
#include "object/inspect.h"

#include <gmock/gmock.h>

#include "object/builtins.h"

namespace bpfmaps::object {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::SizeIs;

Spec built_in(const std::string& name) {
  Result<Image> image = open_image(name);
  if (!image) throw std::runtime_error(image.error().message());
  Result<Spec> spec = inspect(*image);
  if (!spec) throw std::runtime_error(spec.error().message());
  return *std::move(spec);
}

/// "name type key/value/entries/flags key_type value_type": one map on a line.
std::string line(const MapSpec& map) {
  return map.name + " " + std::to_string(map.type) + " " + std::to_string(map.key_size) + "/" +
         std::to_string(map.value_size) + "/" + std::to_string(map.max_entries) + "/" +
         std::to_string(map.flags) + " " + map.key_type + ", " + map.value_type;
}

std::vector<std::string> lines(const Spec& spec) {
  std::vector<std::string> lines;
  for (const MapSpec& map : spec.maps) lines.push_back(line(map));
  for (const ProgSpec& prog : spec.programs)
    lines.push_back(prog.name + " " + prog.section + " " + std::to_string(prog.type));
  return lines;
}

TEST(Inspect, knows_what_each_built_in_declares) {
  EXPECT_THAT(lines(built_in("xdp_stats_array")),
              ElementsAre("stats 2 4/16/5/0 xdp_action, struct xdp_stats",  //
                          "xdp_stats_pass xdp 6", "xdp_stats_drop xdp 6"));
  EXPECT_THAT(lines(built_in("xdp_stats_percpu")),
              ElementsAre("stats 6 4/16/5/0 xdp_action, struct xdp_stats",  //
                          "xdp_stats_pass xdp 6", "xdp_stats_drop xdp 6"));
  EXPECT_THAT(lines(built_in("xdp_pkt_cnt")),
              ElementsAre("pkt_cnt 1 4/16/1/0 __u32, struct xdp_stats", "xdp_pkt_cnt xdp 6"));
  EXPECT_THAT(lines(built_in("xdp_policy")),
              ElementsAre("stats 6 4/16/5/0 xdp_action, struct xdp_stats",
                          "policy 11 8/8/1024/1 struct source_prefix, struct rule",
                          "devices 14 4/4/64/0 __u32, __u32",  //
                          "xdp_policy xdp 6"));
}

TEST(Inspect, reads_license_and_instructions) {
  const Spec spec = built_in("xdp_stats_array");
  EXPECT_EQ(spec.license, "Dual BSD/GPL");
  EXPECT_GT(spec.programs.at(0).instructions, 10u);
  EXPECT_THAT(spec.variables, SizeIs(0));
}

}  // namespace
}  // namespace bpfmaps::object
