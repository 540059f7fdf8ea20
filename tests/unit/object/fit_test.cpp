// SPDX-License-Identifier: BSD-2-Clause
#include "object/fit.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "kernel/cpus.h"

namespace bpfmaps::object {
namespace {

MapSpec hash_spec() {
  MapSpec spec;
  spec.type = BPF_MAP_TYPE_HASH;
  spec.key_size = 4;
  spec.value_size = 16;
  spec.max_entries = 10;
  return spec;
}

kernel::MapInfo hash_info() {
  kernel::MapInfo info;
  info.type = BPF_MAP_TYPE_HASH;
  info.key_size = 4;
  info.value_size = 16;
  info.max_entries = 10;
  return info;
}

std::string misfit(const MapSpec& spec, const kernel::MapInfo& map, Fit fit) {
  return text_of(differences(spec, map, fit));
}

TEST(Fit, names_each_field_that_differs) {
  EXPECT_EQ(misfit(hash_spec(), hash_info(), Fit::same), "");
  kernel::MapInfo other = hash_info();
  other.type = BPF_MAP_TYPE_LRU_HASH;
  other.key_size = 8;
  other.value_size = 24;
  EXPECT_EQ(misfit(hash_spec(), other, Fit::layout),
            "type is lru_hash, not hash; key is 8 bytes, not 4 bytes; value is 24 bytes, not 16 "
            "bytes");
  other = hash_info();
  other.max_entries = 5;
  other.flags = BPF_F_NO_PREALLOC;
  EXPECT_EQ(misfit(hash_spec(), other, Fit::same),
            "entries are 5, not 10; flags are no_prealloc, not none");
  EXPECT_EQ(misfit(hash_spec(), other, Fit::layout), "");
}

TEST(Fit, knows_what_the_kernel_and_libbpf_change) {
  MapSpec spec = hash_spec();
  kernel::MapInfo info = hash_info();
  spec.type = info.type = BPF_MAP_TYPE_DEVMAP;
  info.flags = BPF_F_RDONLY_PROG;
  EXPECT_EQ(misfit(spec, info, Fit::same), "");
  info.flags = BPF_F_RDONLY_PROG | BPF_F_NUMA_NODE;
  EXPECT_NE(misfit(spec, info, Fit::same), "");

  spec.type = info.type = BPF_MAP_TYPE_RINGBUF;
  info.flags = 0;
  spec.max_entries = 1000;
  info.max_entries = static_cast<std::uint32_t>(getpagesize());
  EXPECT_EQ(misfit(spec, info, Fit::same), "");
  spec.max_entries = info.max_entries + 1;
  EXPECT_NE(misfit(spec, info, Fit::same), "");
  info.max_entries *= 2;
  EXPECT_EQ(misfit(spec, info, Fit::same), "");

  spec.type = info.type = BPF_MAP_TYPE_LRU_PERCPU_HASH;
  spec.flags = info.flags = BPF_F_NO_COMMON_LRU;
  const auto cpus = static_cast<std::uint32_t>(kernel::possible_cpus()->size());
  spec.max_entries = 10 * cpus + 1;
  info.max_entries = cpus == 1 ? spec.max_entries : 11 * cpus;
  EXPECT_EQ(misfit(spec, info, Fit::same), "");
  spec.max_entries = UINT32_MAX;  // rounded up it would not be a number
  info.max_entries = UINT32_MAX / cpus * cpus;
  EXPECT_EQ(misfit(spec, info, Fit::same), "");
  spec.flags |= BPF_F_RDONLY;  // of the descriptor, not of the map
  EXPECT_EQ(misfit(spec, info, Fit::same), "");
}

}  // namespace
}  // namespace bpfmaps::object
