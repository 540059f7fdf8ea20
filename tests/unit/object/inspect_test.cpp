// SPDX-License-Identifier: BSD-2-Clause
#include "object/inspect.h"

#include <gmock/gmock.h>

#include "object/builtins.h"
#include "support/paths.h"

namespace bpfmaps::object {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::SizeIs;
using testing::UnorderedElementsAre;

Spec declared_by(const std::string& name) {
  Result<ElfImage> image = open_image(name);
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
  EXPECT_THAT(lines(declared_by("xdp_stats_array")),
              ElementsAre("stats 2 4/16/5/0 xdp_action, struct xdp_stats",  //
                          "xdp_stats_pass xdp 6", "xdp_stats_drop xdp 6"));
  EXPECT_THAT(lines(declared_by("xdp_stats_percpu")),
              ElementsAre("stats 6 4/16/5/0 xdp_action, struct xdp_stats",  //
                          "xdp_stats_pass xdp 6", "xdp_stats_drop xdp 6"));
  EXPECT_THAT(lines(declared_by("xdp_pkt_cnt")),
              ElementsAre("pkt_cnt 1 4/16/1/0 __u32, struct xdp_stats", "xdp_pkt_cnt xdp 6"));
  EXPECT_THAT(lines(declared_by("xdp_policy")),
              ElementsAre("stats 6 4/16/5/0 xdp_action, struct xdp_stats",
                          "policy 11 8/8/1024/1 struct source_prefix, struct rule",
                          "devices 14 4/4/64/0 __u32, __u32",  //
                          "xdp_policy xdp 6"));
}

TEST(Inspect, tells_what_the_kernel_is_to_have) {
  const Spec spec = declared_by(BPFMAPS_FIXTURES "/externs.bpf.o");
  std::vector<std::string> externs, types, needs;
  for (const ExternSpec& one : spec.externs)
    externs.push_back(one.name + " " + one.kind + ", " + one.type + (one.weak ? ", weak" : ""));
  for (const TypeSpec& one : spec.types) types.push_back(one.name + " " + std::to_string(one.size));
  for (const Need& need : spec.needs) needs.push_back(need.since.text() + " " + need.name);
  EXPECT_THAT(externs, UnorderedElementsAre("LINUX_KERNEL_VERSION kconfig, int",
                                            "CONFIG_NO_SUCH_THING kconfig, _Bool, weak",
                                            "bpf_prog_put ksyms, const void, weak",
                                            "bpf_task_release ksyms, function, weak"));
  EXPECT_THAT(spec.variables, SizeIs(0));
  EXPECT_THAT(types, ElementsAre("struct value 24", "struct inner 4"));
  EXPECT_EQ(spec.needs.front().since, (Linux{5, 18}));
  EXPECT_THAT(needs,
              IsSupersetOf({"5.18 XDP with fragments", "5.18 helper bpf_xdp_get_buff_len",
                            "5.13 functions of the kernel (kfuncs)",
                            "5.12 atomic operations beyond addition", "5.8 map type ringbuf",
                            "5.3 loops", "5.2 global variables", "4.6 map flag no_prealloc"}));
}

TEST(Inspect, needs_are_told_of_programs_by_type_and_hook) {
  std::vector<std::string> needs;
  for (const Need& need : declared_by(BPFMAPS_FIXTURES "/limits.bpf.o").needs)
    needs.push_back(need.since.text() + " " + need.name);
  EXPECT_THAT(needs, IsSupersetOf({"5.8 attaching to trace_iter", "5.5 program type tracing",
                                   "4.17 program type raw_tracepoint", "4.8 program type xdp"}));
}

TEST(Inspect, reads_license_and_instructions) {
  const Spec spec = declared_by("xdp_stats_array");
  EXPECT_EQ(spec.license, "Dual BSD/GPL");
  EXPECT_GT(spec.programs.at(0).instructions, 10u);
  EXPECT_THAT(spec.variables, SizeIs(0));
}

}  // namespace
}  // namespace bpfmaps::object
