// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/map_kind.h"

#include <gmock/gmock.h>

#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

/// The types that have a line in the table.
std::uint32_t known_types() {
  std::uint32_t type = 1;
  while (kind_of(type).type == type) ++type;
  return type - 1;
}

TEST(MapKind, each_type_has_a_line_with_its_release) {
  EXPECT_EQ(known_types(), 34u);
  Linux before;
  for (std::uint32_t type = 1; type <= known_types(); ++type) {
    const Linux since = kind_of(type).since;
    EXPECT_GE(since, before) << type;  // the kernel gives numbers in rising order
    before = since;
  }
}

TEST(MapKind, each_type_that_cannot_be_read_says_why_and_what_works) {
  for (std::uint32_t type = 0; type <= known_types() + 1; ++type) {
    const MapKind& kind = kind_of(type);
    const bool may_be_refused = kind.reach == ReadMethod::never || kind.least_value != 0;
    EXPECT_EQ(!kind.reason.empty(), may_be_refused) << type;
    EXPECT_EQ(!kind.hint.empty(), may_be_refused) << type;
  }
}

TEST(MapKind, only_arrays_without_cpus_are_plain) {
  std::vector<std::string> plain;
  for (std::uint32_t type = 0; type <= known_types() + 1; ++type)
    if (is_plain_array(type)) plain.push_back(map_type_name(type));
  EXPECT_THAT(plain, testing::ElementsAre("array"));
}

TEST(MapKind, keys_are_indices_where_there_are_slots) {
  std::vector<std::string> indexed;
  for (std::uint32_t type = 0; type <= known_types(); ++type)
    if (is_indexed(type)) indexed.push_back(map_type_name(type));
  EXPECT_THAT(indexed, testing::UnorderedElementsAre(
                           "array", "prog_array", "perf_event_array", "percpu_array", "stack_trace",
                           "cgroup_array", "array_of_maps", "devmap", "sockmap", "cpumap", "xskmap",
                           "reuseport_sockarray", "struct_ops", testing::_));
}

}  // namespace
}  // namespace bpfmaps::kernel
